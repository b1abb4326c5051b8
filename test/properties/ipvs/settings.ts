// SPDX-License-Identifier: Apache-2.0
/** What is set for all of a director, by the names that `xdpvs set` has for it. */
import type { Settings } from '../../../src/model/settings.js';

const DEFAULTS: Settings = {
  conn_reuse_mode: 1,
  expire_nodest_conn: 0,
  expire_quiescent_template: 0,
  sloppy_tcp: 0,
  secure_tcp: 0,
  'timeout.tcp.none': 2,
  'timeout.tcp.established': 900,
  'timeout.tcp.syn_sent': 120,
  'timeout.tcp.syn_recv': 60,
  'timeout.tcp.fin_wait': 120,
  'timeout.tcp.time_wait': 120,
  'timeout.tcp.close': 10,
  'timeout.tcp.close_wait': 60,
  'timeout.tcp.last_ack': 30,
  'timeout.tcp.listen': 120,
  'timeout.tcp.synack': 120,
  'timeout.udp': 300,
};

export class InForce {
  readonly #values = new Map(Object.entries(DEFAULTS));

  set(name: string, value: number): void {
    this.of(name);
    this.#values.set(name, value);
  }

  of(name: string): number {
    const value = this.#values.get(name);
    if (value === undefined) throw new RangeError(`no model of ${name}`);
    return value;
  }

  /** Seconds. */
  timeoutOf(protocol: string, state: string): number {
    return this.of(protocol === 'udp' ? 'timeout.udp' : `timeout.tcp.${state.toLowerCase()}`);
  }
}
