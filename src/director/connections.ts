// SPDX-License-Identifier: Apache-2.0
/** The connection table with the real servers that its lines name by number. */
import { Family, REAL_SERVER_IN_USE, realServerCodec } from '../abi/generated.js';
import type { Maps } from '../kernel/maps.js';
import { now } from '../kernel/clock.js';
import type { Pins } from '../kernel/pins.js';
import type { Connection, Endpoint } from '../observe/connections.js';
import { listConnections } from '../observe/connections.js';
import type { Clock } from '../observe/source.js';
import { limitsOf } from './snapshot.js';

export function clockOf(maps: Maps, pins: Pins): Clock {
  return { jiffies: Number(now(pins).jiffies & 0xffffffffn), hz: limitsOf(maps).hz };
}

/** Each number is decoded once: a million connections go to a handful of real servers. */
function serverFinder(maps: Maps): (number: number) => Endpoint | undefined {
  const memory = maps.memory('real_servers');
  const known = new Map<number, Endpoint | undefined>();
  const decode = (number: number): Endpoint | undefined => {
    if (number >= maps.capacity('real_servers')) return undefined;
    const { flags, address, family, port } = realServerCodec.decode(memory, number * realServerCodec.size);
    if ((flags & REAL_SERVER_IN_USE) === 0) return undefined;
    const isIpv6 = family === Family.FAMILY_IPV6;
    return { address: { family: isIpv6 ? 6 : 4, bytes: address.slice(0, isIpv6 ? 16 : 4) }, port };
  };
  return (number) => {
    if (!known.has(number)) known.set(number, decode(number));
    return known.get(number);
  };
}

export function connectionsOf(maps: Maps, pins: Pins): Iterable<Connection> {
  return listConnections(maps.memory('connections').buffer, clockOf(maps, pins), serverFinder(maps));
}
