// SPDX-License-Identifier: Apache-2.0
import { memberCodec, realServerCodec, settingsCodec, virtualServiceCodec } from '../abi/generated.js';
import type { Member, VirtualService as ServiceValue } from '../abi/generated.js';
import { serviceId } from '../model/service_id.js';
import type { Persistence, RealServer, SchedulerFlags, State, Timeouts, VirtualService } from '../model/types.js';
import { addressOf } from './addresses.js';
import { ImageInconsistent } from './errors.js';
import * as abi from '../abi/generated.js';
import { wordOf } from './entries.js';
import type { Image } from './image.js';
import { markRulesIn, ruleOf } from './marks.js';
import { ownPort } from './ports.js';
import { serviceKeyOfText } from './service_key.js';
import { inOrder } from './service_order.js';
import { flagsIn, valueOf } from './service_value.js';
import { TIMEOUT_STATES, readSettings } from './settings.js';
import { syncDaemonsIn } from './sync_daemons.js';
import { METHOD, SCHEDULER, TUNNEL_CHECKSUM, TUNNEL_TYPE } from './words.js';

/**
 * What the commands that led to this image had made. `hz`: jiffies a second. Every read is of one service's value and what
 * it names, so an image caught between two changes of a plan gives each service as it was or as it will be.
 */
export function decompile(image: Image, hz: number): State {
  const services = new Map<string, VirtualService>();
  for (const [key, bytes] of inOrder(image)) {
    const service = serviceOf(image, key, bytes);
    services.set(serviceId(service.key), service);
  }

  const marks = markRulesIn(image).map(ruleOf);
  return {
    services,
    timeouts: timeoutsOf(image.settings, hz),
    ...(marks.length > 0 && { marks }),
    ...settingsOf(image.settings, hz),
    ...syncDaemonsIn(image),
  };
}

const { scheduler: SCHEDULER_AT } = virtualServiceCodec.offsets;

/**
 * Most commands name one service of thousands, so only what costs little is read of each: a service's real servers come when
 * they are asked for.
 */
function serviceOf(image: Image, key: string, bytes: Uint8Array): VirtualService {
  const flags = flagsIn(bytes);
  let realServers: readonly RealServer[] | undefined;
  return {
    key: serviceKeyOfText(key),
    scheduler: SCHEDULER.word(bytes[SCHEDULER_AT]!),
    schedulerFlags: schedulerFlagsOf(flags),
    onePacket: isSet(flags, abi.SERVICE_ONE_PACKET),
    persistence: isSet(flags, abi.SERVICE_PERSISTENT) ? persistenceOf(valueOf(bytes)) : undefined,
    ...(isSet(flags, abi.SERVICE_ENGINE_SIP) && { persistenceEngine: 'sip' }),
    get realServers() {
      return (realServers ??= membersOf(image, valueOf(bytes)).map((entry) => realServerOf(image, entry)));
    },
  };
}

/** There are eight of them. */
const knownFlags = new Map<number, SchedulerFlags>();

function schedulerFlagsOf(flags: number): SchedulerFlags {
  const bits = flags & (abi.SERVICE_SCHED_FLAG1 | abi.SERVICE_SCHED_FLAG2 | abi.SERVICE_SCHED_FLAG3);
  const known = knownFlags.get(bits) ?? {
    flag1: isSet(bits, abi.SERVICE_SCHED_FLAG1),
    flag2: isSet(bits, abi.SERVICE_SCHED_FLAG2),
    flag3: isSet(bits, abi.SERVICE_SCHED_FLAG3),
  };
  knownFlags.set(bits, known);
  return known;
}

function persistenceOf({ persistenceTimeoutS, persistenceMask }: ServiceValue): Persistence {
  return { timeoutS: persistenceTimeoutS, mask: persistenceMask };
}

/** The numbers of a service's real servers, in IPVS's order. `key`: as images name it. */
export function serverNumbers(image: Image, key: string): number[] {
  const bytes = image.services.get(key);
  if (!bytes) throw new ImageInconsistent('a virtual service is missing');
  const { firstMember, memberCount } = valueOf(bytes);
  const { realServer } = memberCodec.offsets;
  return Array.from({ length: memberCount }, (_, index) =>
    wordOf(image.arrays.members, firstMember + index, realServer),
  );
}

/** The members of a service, in IPVS's order. */
export function membersOf(image: Pick<Image, 'arrays'>, { firstMember, memberCount }: ServiceValue): Member[] {
  return Array.from({ length: memberCount }, (_, index) => {
    const bytes = image.arrays.members.get(firstMember + index);
    if (!bytes) throw new ImageInconsistent(`member ${firstMember + index} is missing`);
    return memberCodec.decode(bytes);
  });
}

function realServerOf(image: Image, entry: Member): RealServer {
  const bytes = image.arrays.real_servers.get(entry.realServer);
  if (!bytes) throw new ImageInconsistent(`real server ${entry.realServer} has no record`);
  const record = realServerCodec.decode(bytes);
  return {
    address: addressOf(record.address, record.family),
    port: ownPort(record),
    method: METHOD.word(entry.method),
    tunnel: {
      type: TUNNEL_TYPE.word(entry.tunnelType),
      port: entry.tunnelPort,
      checksum: TUNNEL_CHECKSUM.word(entry.tunnelFlags),
    },
    weight: entry.weight,
    upperThreshold: entry.upperThreshold,
    lowerThreshold: entry.lowerThreshold,
  };
}

function timeoutsOf(bytes: Uint8Array, hz: number): Timeouts {
  const { timeout } = settingsCodec.decode(bytes);
  const seconds = (state: number) => Math.floor(timeout[state]! / hz);
  return {
    tcp: seconds(TIMEOUT_STATES.tcp),
    tcpFin: seconds(TIMEOUT_STATES.tcpFin),
    udp: seconds(TIMEOUT_STATES.udp),
  };
}

/** Absent where all are as by default, so that states that say the same are the same. */
function settingsOf(bytes: Uint8Array, hz: number): Pick<State, 'settings'> {
  const settings = readSettings(bytes, hz);
  return Object.keys(settings).length > 0 ? { settings } : {};
}

function isSet(flags: number, bit: number): boolean {
  return (flags & bit) !== 0;
}
