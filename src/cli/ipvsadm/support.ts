// SPDX-License-Identifier: Apache-2.0
/** What IPVS can do and this build's data plane cannot yet. A line goes when the data plane learns it. */
import type { ServiceRequest } from '../../model/requests.js';
import type { Command } from './command.js';
import { NotSupportedYet } from './errors.js';

/** Of what is noted, and not carried out. */
export const DAEMON_IS_IDLE = 'the daemon is noted, but connections are not synchronised yet';

/** Each says what it lacks, if a service asks for it. */
const LACKING_FOR_SERVICES: readonly ((service: ServiceRequest) => string | false)[] = [
  ({ persistenceEngine }) => persistenceEngine !== undefined && `persistence engine ${persistenceEngine}`,
];

/**
 * Refuses what would make something that does not work. What only names a service that cannot exist is answered like
 * any other that does not.
 */
export function refuseUnsupported(command: Command): void {
  switch (command.name) {
    case 'add-service':
    case 'edit-service':
      refuse(LACKING_FOR_SERVICES, command.service);
      break;
    default:
  }
}

function refuse<Subject>(lacking: readonly ((subject: Subject) => string | false)[], subject: Subject): void {
  for (const lack of lacking) {
    const what = lack(subject);
    if (what) throw new NotSupportedYet(what);
  }
}
