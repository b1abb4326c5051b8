// SPDX-License-Identifier: Apache-2.0
/** What IPVS can do and this build's data plane cannot yet. A line goes when the data plane learns it. */
import type { ServiceRequest } from '../../model/requests.js';
import type { RealServer, ServiceKey } from '../../model/types.js';
import type { Command } from './command.js';
import { NotSupportedYet } from './errors.js';

/** Each says what it lacks, if a service or real server asks for it. */
const LACKING_FOR_KEYS: readonly ((key: ServiceKey) => string | false)[] = [
  (key) => key.kind === 'address' && key.protocol === 'sctp' && 'SCTP services (--sctp-service)',
];

const LACKING_FOR_SERVICES: readonly ((service: ServiceRequest) => string | false)[] = [
  ({ persistenceEngine }) => persistenceEngine !== undefined && `persistence engine ${persistenceEngine}`,
];

const LACKING_FOR_SERVERS: readonly ((server: RealServer) => string | false)[] = [
  ({ tunnel }) => tunnel.type !== 'ipip' && `tunnel type ${tunnel.type}`,
];

/**
 * Refuses what would make something that does not work. What only names a service that cannot exist is answered like
 * any other that does not.
 */
export function refuseUnsupported(command: Command): void {
  switch (command.name) {
    case 'add-service':
    case 'edit-service':
      refuse(LACKING_FOR_KEYS, command.service.key);
      refuse(LACKING_FOR_SERVICES, command.service);
      break;
    case 'add-server':
    case 'edit-server':
      refuse(LACKING_FOR_KEYS, command.key);
      refuse(LACKING_FOR_SERVERS, command.server);
      break;
    case 'start-daemon':
    case 'stop-daemon':
      throw new NotSupportedYet(`connection synchronisation (--${command.name})`);
    default:
  }
}

function refuse<Subject>(lacking: readonly ((subject: Subject) => string | false)[], subject: Subject): void {
  for (const lack of lacking) {
    const what = lack(subject);
    if (what) throw new NotSupportedYet(what);
  }
}
