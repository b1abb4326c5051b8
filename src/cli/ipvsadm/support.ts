// SPDX-License-Identifier: Apache-2.0
/** What IPVS can do and this build's data plane cannot yet. A line goes when the data plane learns it. */
import type { ServiceRequest } from '../../model/requests.js';
import { SCHEDULERS } from '../../model/types.js';
import type { RealServer, ServiceKey } from '../../model/types.js';
import type { Command } from './command.js';
import { NotSupportedYet } from './errors.js';

const SUPPORTED_SCHEDULERS: readonly string[] = ['rr', 'wrr'];

interface Service extends ServiceRequest {
  readonly schedulerGiven: boolean;
}

/** Each says what it lacks, if a service or real server asks for it. */
const LACKING_FOR_KEYS: readonly ((key: ServiceKey) => string | false)[] = [
  (key) => key.kind === 'mark' && 'services of a firewall mark (-f)',
  (key) => key.kind === 'address' && key.protocol === 'sctp' && 'SCTP services (--sctp-service)',
];

const LACKING_FOR_SERVICES: readonly ((service: Service) => string | false)[] = [
  ({ scheduler, schedulerGiven }) => isLackingScheduler(scheduler) && schedulerHint(scheduler, schedulerGiven),
  ({ persistence }) => persistence !== undefined && 'persistence (-p)',
  ({ onePacket }) => onePacket && 'one-packet scheduling (--ops)',
  ({ persistenceEngine }) => persistenceEngine !== undefined && `persistence engine ${persistenceEngine}`,
  ({ schedulerFlags }) => Object.values(schedulerFlags).some(Boolean) && 'scheduler flags (-b)',
];

const LACKING_FOR_SERVERS: readonly ((server: RealServer) => string | false)[] = [
  ({ upperThreshold, lowerThreshold }) => upperThreshold + lowerThreshold > 0 && 'connection thresholds (-x, -y)',
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
      refuse(LACKING_FOR_SERVICES, { ...command.service, schedulerGiven: command.schedulerGiven });
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

/** A name that is no scheduler's is left for IPVS's own answer. */
function isLackingScheduler(name: string): boolean {
  return (SCHEDULERS as readonly string[]).includes(name) && !SUPPORTED_SCHEDULERS.includes(name);
}

function schedulerHint(name: string, given: boolean): string {
  const choices = SUPPORTED_SCHEDULERS.map((supported) => `-s ${supported}`).join(' or ');
  return given ? `scheduler ${name}` : `scheduler ${name} (give ${choices})`;
}
