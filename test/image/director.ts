// SPDX-License-Identifier: Apache-2.0
/** A director in memory: maps of bytes as the kernel has them, and what the data plane does with them when it schedules. */
import {
  MAPS,
  estimateCodec,
  MARK_RULES_MAX,
  SYNC_DAEMONS,
  memberCodec,
  realServerCodec,
  scheduleLevelCodec,
  scheduleSlotCodec,
  settingsCodec,
  virtualServiceCodec,
} from '../../src/abi/generated.js';
import type { Estimate, MapName, RealServer, ScheduleLevel, VirtualService } from '../../src/abi/generated.js';
import { strideOf } from '../../src/abi/codec.js';
import { compile, decompile, readImage, serviceKeyText, zero } from '../../src/image/index.js';
import type { Capacities, Counts, Cursor, Image, Load, Marked, Snapshot } from '../../src/image/index.js';
import { add } from '../../src/image/counts.js';
import { ARRAYS, keyBytes, keyText } from '../../src/image/image.js';
import type { ArrayName } from '../../src/image/image.js';
import type { ServiceKey, State } from '../../src/model/types.js';
import { apply, diff } from '../../src/plan/index.js';
import type { Change, MapWriter } from '../../src/plan/index.js';
import { defaultSettings } from '../../src/kernel/load.js';

export const HZ = 250;

export const CAPACITIES: Capacities = { services: 16, servers: 64, members: 128, levels: 64, slots: 256 };

const CAPACITY_OF: Readonly<Record<ArrayName, keyof Capacities | number>> = {
  members: 'members',
  schedule_levels: 'levels',
  schedule_slots: 'slots',
  real_servers: 'servers',
  service_records: 'services',
  server_records: 'servers',
  mark_rules: 2 * MARK_RULES_MAX,
  sync_daemons: SYNC_DAEMONS,
  total_records: 1,
};

function capacityOf(capacities: Capacities, name: ArrayName): number {
  const of = CAPACITY_OF[name];
  return typeof of === 'number' ? of : capacities[of];
}

const IDLE: Load = { active: 0, inactive: 0, persistent: 0 };
const SILENT: Counts = { connections: 0n, inPackets: 0n, outPackets: 0n, inBytes: 0n, outBytes: 0n };

export class Director implements MapWriter, Snapshot {
  readonly hz = HZ;
  readonly services = new Map<string, Uint8Array>();
  readonly callingServers = new Map<string, Uint8Array>();
  readonly arrays: Record<ArrayName, Uint8Array>;
  settings: Uint8Array;
  readonly cursors = new Map<number, bigint>();
  readonly loads = new Map<number, Load>();
  /** Numbers of real servers. */
  readonly forgottenHops: number[] = [];
  /** As they were last written. */
  readonly estimates = new Map<number, Estimate>();
  readonly counted = new Map<number, Counts>();
  readonly markCounts = new Map<number, Marked>();

  constructor(readonly capacities: Capacities = CAPACITIES) {
    const bytes = (name: ArrayName) => new Uint8Array(capacityOf(capacities, name) * strideOf(MAPS[name].valueSize));
    this.arrays = Object.fromEntries(ARRAYS.map((name) => [name, bytes(name)])) as Record<ArrayName, Uint8Array>;
    this.settings = settingsCodec.encode(defaultSettings(HZ));
  }

  clone(): Director {
    const copy = new Director(this.capacities);
    for (const [key, value] of this.services) copy.services.set(key, value);
    for (const [key, value] of this.callingServers) copy.callingServers.set(key, value);
    for (const name of ARRAYS) copy.arrays[name].set(this.arrays[name]);
    copy.settings = this.settings;
    for (const [number, cursor] of this.cursors) copy.cursors.set(number, cursor);
    for (const [number, load] of this.loads) copy.loads.set(number, load);
    for (const [number, counts] of this.counted) copy.counted.set(number, counts);
    return copy;
  }

  get image(): Image {
    // In an order of their own, as a hash table gives them.
    const sorted = [...this.services].sort(([a], [b]) => (a < b ? -1 : 1));
    const services = sorted.map(([key, value]) => [keyBytes(key), value] as const);
    const callingServers = () => Array.from(this.callingServers, ([key, value]) => [keyBytes(key), value] as const);
    return readImage({ services, callingServers, settings: this.settings, array: (name) => this.arrays[name] });
  }

  get state(): State {
    return decompile(this.image, HZ);
  }

  marked(rule: number): Marked {
    return this.markCounts.get(rule) ?? { packets: 0n, bytes: 0n };
  }

  cursor(service: number): Cursor {
    return { position: this.cursors.get(service) ?? 0n, restarted: 0n };
  }

  load(server: number): Load {
    return this.loads.get(server) ?? IDLE;
  }

  overload(): number {
    return 0;
  }

  traffic(server: number): Counts {
    return this.counted.get(server) ?? SILENT;
  }

  totalTraffic(): Counts {
    return [...this.counted.values()].reduce(add, SILENT);
  }

  set(map: MapName, key: number | Uint8Array, value: Uint8Array): void {
    if (value.length !== MAPS[map].valueSize) throw new RangeError(`${value.length} bytes for ${map}`);
    if (map === 'calling_servers') this.callingServers.set(keyText(key as Uint8Array), value);
    else if (typeof key !== 'number') this.#setService(keyText(key), value);
    else if (map === '.data.settings') this.settings = value;
    else if (map === 'next_hops') this.forgottenHops.push(key);
    else if (map === 'estimates') this.estimates.set(key, estimateCodec.decode(value));
    else this.#setEntry(map as ArrayName, key, value);
  }

  delete(map: MapName, key: Uint8Array): void {
    const entries = map === 'services' ? this.services : map === 'calling_servers' ? this.callingServers : undefined;
    if (!entries?.delete(keyText(key))) throw new RangeError(`nothing to delete in ${map}`);
  }

  #setService(key: string, value: Uint8Array): void {
    this.services.set(key, value);
    if (this.services.size > this.capacities.services) throw new RangeError('E2BIG');
  }

  #setEntry(name: ArrayName, index: number, value: Uint8Array): void {
    if (index >= capacityOf(this.capacities, name)) throw new RangeError(`${name}[${index}]: E2BIG`);
    this.arrays[name].set(value, index * strideOf(value.length));
  }

  /** A command: what it changes, not yet applied. `isKnown`: whether the commands' own objects are compared. */
  plan(command: (state: State) => State, isKnown = true): Change[] {
    const from = this.state;
    const image = this.image;
    return diff(image, compile(command(from), this.#frozen(image), isKnown ? from : undefined));
  }

  run(command: (state: State) => State): void {
    apply(this.plan(command), this);
  }

  zero(key?: ServiceKey): void {
    const image = this.image;
    apply(diff(image, zero(this.#frozen(image), key && serviceKeyText(key))), this);
  }

  #frozen(image: Image): Snapshot {
    return {
      image,
      hz: HZ,
      capacities: this.capacities,
      cursor: (number) => this.cursor(number),
      load: (number) => this.load(number),
      overload: () => this.overload(),
      marked: (rule) => this.marked(rule),
      traffic: (number) => this.traffic(number),
      totalTraffic: () => this.totalTraffic(),
    };
  }

  /** What the data plane does for a new connection: the number of the real server, or undefined. */
  schedule(key: ServiceKey): number | undefined {
    const service = this.value(key);
    if (!service || service.cycle === 0n) return undefined;
    const cursor = this.cursor(service.number).position;
    this.cursors.set(service.number, BigInt.asUintN(64, cursor + 1n));
    return this.#pickAt(service, BigInt.asUintN(64, cursor - service.origin) % service.cycle);
  }

  /** The address of the real server picked, its last byte. */
  pick(key: ServiceKey): number | undefined {
    const number = this.schedule(key);
    return number === undefined ? undefined : this.record(number).address[3];
  }

  #pickAt(service: VirtualService, position: bigint): number {
    const level = this.#levels(service).findLast(({ start }) => start <= position)!;
    const slot = level.firstSlot + Number((position - level.start) % BigInt(level.slotCount));
    return scheduleSlotCodec.decode(this.#entry('schedule_slots', slot)).realServer;
  }

  #levels({ firstLevel, levelCount }: VirtualService): ScheduleLevel[] {
    const level = (index: number) => scheduleLevelCodec.decode(this.#entry('schedule_levels', firstLevel + index));
    return Array.from({ length: levelCount }, (_, index) => level(index));
  }

  #entry(name: ArrayName, index: number): Uint8Array {
    const size = MAPS[name].valueSize;
    return this.arrays[name].subarray(index * strideOf(size), index * strideOf(size) + size);
  }

  value(key: ServiceKey): VirtualService | undefined {
    const bytes = this.services.get(serviceKeyText(key));
    return bytes && virtualServiceCodec.decode(bytes);
  }

  record(number: number): RealServer {
    return realServerCodec.decode(this.#entry('real_servers', number));
  }

  /** Numbers of a service's real servers, in IPVS's order. */
  numbers(key: ServiceKey): number[] {
    const { firstMember, memberCount } = this.value(key)!;
    const member = (index: number) => memberCodec.decode(this.#entry('members', firstMember + index));
    return Array.from({ length: memberCount }, (_, index) => member(index).realServer);
  }

  /** `connections` more connections of a real server's number, open or not, each a packet of 100 bytes each way. */
  count(number: number, connections: number): void {
    const before = this.traffic(number);
    const more = BigInt(connections);
    this.counted.set(number, {
      connections: before.connections + more,
      inPackets: before.inPackets + more,
      outPackets: before.outPackets + more,
      inBytes: before.inBytes + 100n * more,
      outBytes: before.outBytes + 100n * more,
    });
  }
}
