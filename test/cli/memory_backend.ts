// SPDX-License-Identifier: Apache-2.0
import { serviceOf } from '../../src/model/commands.js';
import type { Endpoint } from '../../src/model/requests.js';
import { serviceId } from '../../src/model/service_id.js';
import { EMPTY_STATE } from '../../src/model/state.js';
import type { Device } from '../../src/model/sync_daemon.js';
import type { RealServer, ServiceKey, State } from '../../src/model/types.js';
import type {
  Backend,
  ConnectionEntry,
  Observed,
  ServerObservation,
  ServiceObservation,
} from '../../src/cli/ipvsadm/backend.js';
import { endpointText } from '../../src/cli/ipvsadm/name_text.js';

export const NOTHING: ServerObservation = {
  counts: { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n },
  rates: { connections: 0, inPackets: 0, outPackets: 0, inBytes: 0, outBytes: 0 },
  load: { active: 0, inactive: 0, persistent: 0 },
};

/** A director without packets: what it observed is what a test puts there, by the names below. */
export class MemoryBackend implements Backend {
  state: State = EMPTY_STATE;
  changes = 0;
  zeroed: (string | undefined)[] = [];
  entries: ConnectionEntry[] = [];
  readonly devices = new Map<string, Device>([['lo', { mtu: 65536, isUp: true, isLoopback: true }]]);
  readonly observed = new Map<string, Partial<ServerObservation>>();

  read(): State {
    return this.state;
  }

  change(next: (state: State) => State): void {
    this.state = next(this.state);
    this.changes++;
  }

  observe(): Observed {
    const services = [...this.state.services.values()];
    const keyOf = (server: RealServer) => services.find(({ realServers }) => realServers.includes(server))!.key;
    return {
      state: this.state,
      service: ({ key }): ServiceObservation => ({ ...NOTHING, ...this.observed.get(serviceId(key)) }),
      realServer: (server) => ({ ...NOTHING, ...this.observed.get(serverId(keyOf(server), server)) }),
    };
  }

  zero(key?: ServiceKey): void {
    if (key) serviceOf(this.state, key);
    this.zeroed.push(key && serviceId(key));
  }

  connections(): Iterable<ConnectionEntry> {
    return this.entries;
  }

  findDevice(name: string): Device | undefined {
    return this.devices.get(name);
  }
}

export function serverId(key: ServiceKey, endpoint: Endpoint): string {
  return `${serviceId(key)} -> ${endpointText(endpoint, undefined, undefined)}`;
}
