// SPDX-License-Identifier: Apache-2.0
/**
 * A director whose frames are handed to it one by one: the real object, the real maps, ipvsadm's own lines. Its clients are
 * 10.1.0.2 and .3 (fd01::2, ::3) on `lan`, its real servers 192.168.1.1 to .8 (fd02::1 to ::8) on `farm`.
 */
import { after, before, test } from 'node:test';

import { KEY_CODECS, loadCodec } from '../../src/abi/generated.js';
import type { Interface, Station } from '../../src/abi/generated.js';
import { changeDraft } from '../../src/cli/ipvsadm/change.js';
import { changesState } from '../../src/cli/ipvsadm/command.js';
import { parse } from '../../src/cli/ipvsadm/parse.js';
import { SystemNames } from '../../src/cli/ipvsadm/system_names.js';
import { Words, readRule } from '../../src/cli/mark/read_rule.js';
import { snapshotOf } from '../../src/director/snapshot.js';
import { compile, decompile, markedBy } from '../../src/image/index.js';
import type { Counts } from '../../src/image/index.js';
import { addon } from '../../src/kernel/addon.js';
import type { Capacities } from '../../src/kernel/capacities.js';
import { refreshInterfaces } from '../../src/kernel/interfaces.js';
import { noteAllLocal } from '../../src/kernel/local_addresses.js';
import { read, write } from '../../src/kernel/maps.js';
import type { Maps } from '../../src/kernel/maps.js';
import { formatAddress } from '../../src/model/address.js';
import { Draft } from '../../src/model/draft.js';
import { findSetting, withSetting } from '../../src/model/settings.js';
import type { State } from '../../src/model/types.js';
import { findCallWith } from '../../src/observe/call_ids.js';
import { listConnections } from '../../src/observe/connections.js';
import { findRealServerIn } from '../../src/observe/find_real_server.js';
import { apply, diff } from '../../src/plan/index.js';
import { DataPlane } from './director/data_plane.js';
import type { Seen } from './director/data_plane.js';
import type { Ground } from './director/ground.js';
import { enterGround } from './director/ground.js';

export type { Action, OutcomeName, Seen } from './director/data_plane.js';
export { MAC, batch, serverMac } from './director/ground.js';

export type Arm = keyof Ground;

const SMALL: Capacities = { connections: 4096, servers: 64, services: 16 };

export class Director {
  readonly dataPlane: DataPlane;
  readonly ground: Ground;
  readonly #numbers: Readonly<Record<Arm, number>>;
  readonly #interfaces: Readonly<Record<Arm, Interface>>;
  readonly #stations: Readonly<Record<Arm, Station>>;

  constructor(capacities: Partial<Capacities> = {}) {
    this.ground = enterGround();
    this.dataPlane = new DataPlane({ ...SMALL, ...capacities });
    refreshInterfaces(this.maps, new Set(Object.values(this.ground)));
    const stationOf = (arm: Arm): Station => read(this.maps, 'stations', this.ground[arm])!;
    this.#stations = { lan: stationOf('lan'), farm: stationOf('farm') };
    this.#numbers = { lan: this.#stations.lan.interface, farm: this.#stations.farm.interface };
    const interfaceOf = (arm: Arm) => read(this.maps, 'interfaces', this.#numbers[arm])!;
    this.#interfaces = { lan: interfaceOf('lan'), farm: interfaceOf('farm') };
  }

  get maps(): Maps {
    return this.dataPlane.maps;
  }

  /** A director like one just attached, on which these lines were then typed. */
  begin(lines: readonly string[]): void {
    this.dataPlane.clear();
    for (const arm of ['lan', 'farm'] as const) {
      this.changeInterface(arm, {});
      write(this.maps, 'stations', this.ground[arm], this.#stations[arm]);
      this.#setNumber(arm, this.#numbers[arm]);
    }
    this.run(...lines);
  }

  /** ipvsadm's lines, without its name. */
  run(...lines: readonly string[]): void {
    for (const line of lines) {
      const command = parse(line.split(' '), new SystemNames());
      if (!changesState(command)) throw new Error(`changes nothing: ipvsadm ${line}`);
      this.change((state) => {
        const draft = new Draft(state);
        changeDraft(draft, command);
        return draft.state();
      });
    }
  }

  /** The rules that mark packets, as `xdpvs mark add` takes them; arms are their interfaces. */
  mark(...lines: readonly string[]): void {
    const marks = lines.map((line) => readRule(new Words(line.split(' ')), (name) => this.ground[name as Arm]));
    this.change((state) => ({ ...state, marks }));
  }

  /** Packets that each rule matched. */
  marked(): number[] {
    return markedBy(snapshotOf(this.maps)).map(({ packets }) => Number(packets));
  }

  /** As every command does: real servers whose addresses are the ground's own are told to the data plane. */
  noteLocal(): void {
    noteAllLocal(this.maps);
  }

  change(next: (state: State) => State): void {
    const snapshot = snapshotOf(this.maps);
    const state = decompile(snapshot.image, snapshot.hz);
    apply(diff(snapshot.image, compile(next(state), snapshot, state)), this.maps);
  }

  /** As `xdpvs set`. */
  set(name: string, value: number): void {
    this.change((state) => withSetting(state, findSetting(name)!, value));
  }

  receive(frame: Uint8Array, arm: Arm = 'lan'): Seen {
    return this.dataPlane.run(frame, this.ground[arm]);
  }

  /** Just the frame afterwards, for those who have very many. */
  transform(frame: Uint8Array, arm: Arm = 'lan'): Buffer {
    return Buffer.from(this.dataPlane.transform(frame, this.ground[arm]).data);
  }

  /** As `-Lnc` has them but for the time: `TCP SYN_RECV 10.1.0.2:40001 10.9.0.1:80 192.168.1.1:8080`, sorted. */
  connections(): string[] {
    return this.listed()
      .map(({ text }) => text)
      .sort();
  }

  /** Seconds left of the only connection. */
  secondsLeft(): number {
    const [only, ...others] = this.listed();
    if (!only || others.length > 0) throw new Error('there is not just one connection');
    return only.secondsLeft;
  }

  /** The same with their times, unsorted. */
  listed(): { text: string; secondsLeft: number }[] {
    const clock = { jiffies: this.dataPlane.jiffies(), hz: this.dataPlane.hz };
    const memoryOf = (name: 'real_servers' | 'service_records') => this.maps.memory(name).buffer as ArrayBuffer;
    const find = findRealServerIn(memoryOf('real_servers'), memoryOf('service_records'));
    const table = this.maps.memory('connections').buffer as ArrayBuffer;
    return Array.from(
      listConnections(table, clock, { server: find, call: findCallWith((key) => this.maps.get('call_ids', key)) }),
      ({ protocol, state, client, virtual, real, secondsLeft, persistenceEngine: engine }) => {
        const call = engine ? [engine.name, engine.data] : [];
        const name = { 0: 'IP', 6: 'TCP', 17: 'UDP', 132: 'SCTP' }[protocol] ?? String(protocol);
        return { text: [name, state, ...[client, virtual, real].map(endpointText), ...call].join(' '), secondsLeft };
      },
    );
  }

  /** `active/inactive` connections of all real servers that ever were. */
  load(): string {
    const memory = this.maps.memory('loads');
    let [active, inactive] = [0, 0];
    for (let at = 0; at < memory.length; at += loadCodec.size) {
      const load = loadCodec.decode(memory, at);
      active += load.active;
      inactive += load.inactive;
    }
    return `${active}/${inactive}`;
  }

  /** Of all real servers together. */
  traffic(): Counts {
    const snapshot = snapshotOf(this.maps);
    const servers = Array.from({ length: snapshot.capacities.servers }, (_, number) => snapshot.traffic(number));
    return servers.reduce((sum, each) => ({
      connections: sum.connections + each.connections,
      inPackets: sum.inPackets + each.inPackets,
      outPackets: sum.outPackets + each.outPackets,
      inBytes: sum.inBytes + each.inBytes,
      outBytes: sum.outBytes + each.outBytes,
    }));
  }

  /** What the controller told the data plane of an arm is changed, until the next test begins. */
  changeInterface(arm: Arm, change: Partial<Interface>): void {
    write(this.maps, 'interfaces', this.#numbers[arm], { ...this.#interfaces[arm], ...change });
  }

  /** Routes over an arm lead to a VLAN device above it, as if the FIB had named that. */
  routeOverVlan(arm: Arm, outerVlan: number): void {
    const number = Object.keys(this.#numbers).length + 8;
    write(this.maps, 'interfaces', number, { ...this.#interfaces[arm], outerVlan });
    this.#setNumber(arm, number);
  }

  #setNumber(arm: Arm, number: number): void {
    write(this.maps, 'interface_numbers', KEY_CODECS.interface_numbers.encode(this.ground[arm]), number);
  }

  /** As long as the controller has said nothing of an arm yet. */
  forgetStation(arm: Arm): void {
    write(this.maps, 'stations', this.ground[arm], { mac: new Uint8Array(6), interface: 0 });
  }

  /** The kernel is asked anew for the ways to all real servers, as it is after a second. */
  forgetNextHops(): void {
    this.maps.memory('next_hops').fill(0);
  }

  /** Of every state, until the next test begins. */
  setTimeouts(seconds: number): void {
    this.dataPlane.setTimeouts(Math.round(seconds * this.dataPlane.hz));
  }

  close(): void {
    this.dataPlane.close();
  }
}

function endpointText({ address, port }: { address: Parameters<typeof formatAddress>[0]; port: number }): string {
  const text = formatAddress(address);
  return address.family === 6 ? `[${text}]:${port}` : `${text}:${port}`;
}

/** Sentences about a director that has just had the lines typed. One object and one namespace serve all of a file. */
export type DirectorTest = (
  sentence: string,
  lines: readonly string[],
  body: (director: Director) => void | Promise<void>,
) => void;

export function directorTest(capacities: Partial<Capacities> = {}): DirectorTest {
  const skip = addon.hasBpfCapability() ? false : 'needs root: CAP_BPF and CAP_NET_ADMIN';
  let director: Director | undefined;
  before(() => {
    if (skip === false) director = new Director(capacities);
  });
  after(() => director?.close());
  return (sentence, lines, body) =>
    void test(sentence, { skip }, async () => {
      director!.begin(lines);
      await body(director!);
    });
}
