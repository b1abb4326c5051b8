// SPDX-License-Identifier: Apache-2.0
/** What a command line asks for. */
import type { Endpoint, ServiceRequest } from '../../model/requests.js';
import type { SyncDaemonRequest } from '../../model/sync_daemon.js';
import type { RealServer, ServiceKey, SyncRole, Timeouts } from '../../model/types.js';

export type StateCommand =
  | {
      readonly name: 'add-service' | 'edit-service';
      readonly service: ServiceRequest;
    }
  | { readonly name: 'delete-service'; readonly key: ServiceKey }
  | { readonly name: 'flush' }
  | { readonly name: 'add-server' | 'edit-server'; readonly key: ServiceKey; readonly server: RealServer }
  | { readonly name: 'delete-server'; readonly key: ServiceKey; readonly endpoint: Endpoint }
  | { readonly name: 'set'; readonly timeouts: Timeouts }
  | { readonly name: 'start-daemon'; readonly daemon: SyncDaemonRequest }
  | { readonly name: 'stop-daemon'; readonly role: SyncRole };

export type OtherCommand =
  | { readonly name: 'zero'; readonly key: ServiceKey | undefined }
  | { readonly name: 'list'; readonly list: ListRequest }
  | { readonly name: 'save'; readonly numeric: boolean }
  | { readonly name: 'restore' | 'help' | 'version' };

export type Command = StateCommand | OtherCommand;

/** The columns of a listing of services, of which one kind is shown. */
export type Columns = 'plain' | 'stats' | 'rate' | 'thresholds' | 'persistent-conn' | 'tun-info';

export type ListRequest =
  | { readonly kind: 'services'; readonly key: ServiceKey | undefined; readonly view: View; readonly sorted: boolean }
  | { readonly kind: 'connections'; readonly numeric: boolean; readonly persistenceEngine: boolean }
  | { readonly kind: 'timeouts' }
  | { readonly kind: 'daemon' };

export interface View {
  readonly columns: Columns;
  readonly numeric: boolean;
  /** Numbers in full. */
  readonly exact: boolean;
}

const STATE_COMMANDS: ReadonlySet<Command['name']> = new Set<StateCommand['name']>([
  'add-service',
  'edit-service',
  'delete-service',
  'flush',
  'add-server',
  'edit-server',
  'delete-server',
  'set',
  'start-daemon',
  'stop-daemon',
]);

export function changesState(command: Command): command is StateCommand {
  return STATE_COMMANDS.has(command.name);
}
