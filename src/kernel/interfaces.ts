// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps the maps of interfaces like the namespace's own: `interfaces` and `interface_numbers` for all Ethernet interfaces,
 * `stations` for those with our program, `own_macs` for the addresses that frames for this host can bear.
 */
import { STATION_COUNT, VALUE_CODECS, macKeyCodec } from '../abi/generated.js';
import type { Interface } from '../abi/generated.js';
import { addon } from './addon.js';
import { interfaceValues } from './interface_values.js';
import type { Link } from './links.js';
import { kindOf, lowerOf, readLinks } from './links.js';
import type { Maps } from './maps.js';
import { read, readAll, write } from './maps.js';
import { INTERFACE_COUNT } from './sizes.js';
import { interfacesServed } from './traffic_control.js';

const XDP_MODE_NATIVE = 1;

/** `attached`: ifindexes with our program. Writes only what differs, so it may be called often. */
export function refreshInterfaces(
  maps: Maps,
  attached: ReadonlySet<number>,
  links: readonly Link[] = readLinks(),
): void {
  const ours = links.filter((link) => attached.has(link.ifindex));
  const served = interfacesServed(ours.map(({ ifname }) => ifname));
  const values = interfaceValues(links, {
    transmitsBack: (link) => ours.includes(link) && transmitsBack(link, links),
    // Generic XDP would take the pieces' orders off: each goes through the interface once more.
    cuts: (link) => ours.includes(link) && served.has(link.ifname) && isNative(link),
    sends: (link) => ours.includes(link) && served.has(link.ifname),
  });
  const numbers = refreshNumbers(maps, values);
  for (const [ifindex, number] of numbers) {
    const value = values.get(ifindex);
    if (value) writeChanged(maps, number, value);
  }
  refreshOwnMacs(maps, values);
  refreshStations(maps, values, numbers, attached);
}

/** XDP_TX leaves a veth only if the other end runs XDP too, which is seen only when that is in this namespace. */
function transmitsBack(link: Link, links: readonly Link[]): boolean {
  if (!isNative(link)) return false;
  if (kindOf(link) !== 'veth') return true;
  const peer = lowerOf(link, links);
  return peer !== undefined && isNative(peer);
}

function isNative({ ifindex }: Link): boolean {
  return addon.xdpQuery(ifindex).mode === XDP_MODE_NATIVE;
}

/** Numbers by ifindex. A number stays with its interface; that of a vanished one is given away last. */
function refreshNumbers(maps: Maps, values: ReadonlyMap<number, Interface>): Map<number, number> {
  const numbers = new Map(readAll(maps, 'interface_numbers'));
  for (const ifindex of [...numbers.keys()].filter((ifindex) => !values.has(ifindex))) {
    maps.delete('interface_numbers', VALUE_CODECS.interface_numbers.encode(ifindex));
    numbers.delete(ifindex);
  }
  const free = freeNumbers(maps, new Set(numbers.values()));
  for (const [ifindex, value] of values) {
    if (numbers.has(ifindex)) continue;
    const { value: number } = free.next();
    if (number === undefined) throw new Error(`more than ${INTERFACE_COUNT - 1} interfaces in this network namespace`);
    writeChanged(maps, number, value); // before anything can be led to it
    maps.set(
      'interface_numbers',
      VALUE_CODECS.interface_numbers.encode(ifindex),
      VALUE_CODECS.interface_numbers.encode(number),
    );
    numbers.set(ifindex, number);
  }
  return numbers;
}

/** Those never used come first: a connection may still name an interface that is gone. */
function* freeNumbers(maps: Maps, taken: Set<number>): Generator<number, undefined> {
  const wasUsed = (number: number) => read(maps, 'interfaces', number)?.ifindex !== 0;
  for (const isSecondChoice of [false, true]) {
    for (let number = 1; number < Math.min(INTERFACE_COUNT, maps.capacity('interfaces')); number++) {
      if (taken.has(number) || wasUsed(number) !== isSecondChoice) continue;
      taken.add(number);
      yield number;
    }
  }
  return undefined;
}

function writeChanged(maps: Maps, number: number, value: Interface): void {
  const bytes = VALUE_CODECS.interfaces.encode(value);
  const known = maps.get('interfaces', number);
  if (!known || Buffer.compare(known, bytes) !== 0) maps.set('interfaces', number, bytes);
}

function refreshOwnMacs(maps: Maps, values: ReadonlyMap<number, Interface>): void {
  const wanted = new Map([...values.values()].map(({ mac }) => [mac.join(), macKeyCodec.encode({ mac })]));
  const known = new Set<string>();
  for (const [{ mac }] of readAll(maps, 'own_macs')) {
    known.add(mac.join());
    if (!wanted.has(mac.join())) maps.delete('own_macs', macKeyCodec.encode({ mac }));
  }
  for (const [text, key] of wanted) {
    if (!known.has(text)) maps.set('own_macs', key, VALUE_CODECS.own_macs.encode(1));
  }
}

function refreshStations(
  maps: Maps,
  values: ReadonlyMap<number, Interface>,
  numbers: ReadonlyMap<number, number>,
  attached: ReadonlySet<number>,
): void {
  const size = VALUE_CODECS.stations.size;
  const memory = maps.memory('stations');
  for (let ifindex = 1; ifindex < Math.min(STATION_COUNT, maps.capacity('stations')); ifindex++) {
    const mac = attached.has(ifindex) ? values.get(ifindex)?.mac : undefined;
    const station = { mac: mac ?? new Uint8Array(6), interface: mac ? (numbers.get(ifindex) ?? 0) : 0 };
    const bytes = VALUE_CODECS.stations.encode(station);
    if (Buffer.compare(memory.subarray(ifindex * size, (ifindex + 1) * size), bytes) !== 0)
      write(maps, 'stations', ifindex, station);
  }
}
