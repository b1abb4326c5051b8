// SPDX-License-Identifier: Apache-2.0
/** Just enough of the commands to test images with: State -> State, and the few forms of ipvsadm's lines that recordings use. */
import { serviceId } from '../../src/model/service_id.js';
import type {
  ForwardingMethod,
  RealServer,
  Scheduler,
  ServiceKey,
  State,
  VirtualService,
} from '../../src/model/types.js';

export type Command = (state: State) => State;

export function ipv4(text: string): { family: 4; bytes: Uint8Array } {
  return { family: 4, bytes: Uint8Array.from(text.split('.'), Number) };
}

export function tcp(text: string): ServiceKey {
  return { kind: 'address', protocol: 'tcp', ...endpoint(text) };
}

export function udp(text: string): ServiceKey {
  return { kind: 'address', protocol: 'udp', ...endpoint(text) };
}

function endpoint(text: string): { address: ReturnType<typeof ipv4>; port: number } {
  const [address, port] = text.split(':') as [string, string];
  return { address: ipv4(address), port: Number(port) };
}

export function server(text: string, weight = 1, method: ForwardingMethod = 'direct-route'): RealServer {
  const tunnel = { type: 'ipip', port: 0, checksum: 'none' } as const;
  return { ...endpoint(text), method, tunnel, weight, upperThreshold: 0, lowerThreshold: 0 };
}

export const clear: Command = (state) => ({ ...state, services: new Map() });

export function addService(key: ServiceKey, scheduler: Scheduler, more: Partial<VirtualService> = {}): Command {
  const service: VirtualService = {
    key,
    scheduler,
    schedulerFlags: { flag1: false, flag2: false, flag3: false },
    onePacket: false,
    persistence: undefined,
    realServers: [],
    ...more,
  };
  return (state) => ({ ...state, services: new Map(state.services).set(serviceId(key), service) });
}

export function editService(key: ServiceKey, more: Partial<VirtualService>): Command {
  return changeService(key, (service) => ({ ...service, ...more }));
}

export function deleteService(key: ServiceKey): Command {
  return (state) => {
    const services = new Map(state.services);
    services.delete(serviceId(key));
    return { ...state, services };
  };
}

export function addServer(key: ServiceKey, added: RealServer): Command {
  return changeServers(key, (servers) => [added, ...servers]);
}

export function editServer(key: ServiceKey, edited: RealServer): Command {
  return changeServers(key, (servers) => servers.map((each) => (isSame(each, edited) ? edited : each)));
}

export function deleteServer(key: ServiceKey, deleted: RealServer): Command {
  return changeServers(key, (servers) => servers.filter((each) => !isSame(each, deleted)));
}

function changeServers(key: ServiceKey, change: (servers: readonly RealServer[]) => readonly RealServer[]): Command {
  return changeService(key, (service) => ({ ...service, realServers: change(service.realServers) }));
}

function changeService(key: ServiceKey, change: (service: VirtualService) => VirtualService): Command {
  return (state) => {
    const id = serviceId(key);
    return { ...state, services: new Map(state.services).set(id, change(state.services.get(id)!)) };
  };
}

function isSame(a: RealServer, b: RealServer): boolean {
  return a.port === b.port && Buffer.from(a.address.bytes).equals(b.address.bytes);
}

const METHODS: Readonly<Record<string, ForwardingMethod>> = {
  '-g': 'direct-route',
  '-m': 'masquerade',
  '-i': 'tunnel',
};

/** `ipvsadm -a -t 10.9.0.2:80 -r 192.168.1.1:80 -g -w 1` */
export function ipvsadm(line: string): Command {
  const words = line.split(' ').slice(1);
  const after = (...options: string[]) => words[words.findIndex((word) => options.includes(word)) + 1]!;
  const verb = words[0]!;
  if (verb === '-C') return clear;

  const key = words.includes('-u') ? udp(after('-u')) : tcp(after('-t'));
  if (verb === '-A') return addService(key, after('-s') as Scheduler, { onePacket: words.includes('-o') });
  if (verb === '-E') return editService(key, { scheduler: after('-s') as Scheduler });

  const method = words.map((word) => METHODS[word]).find((found) => found !== undefined) ?? 'direct-route';
  const named = server(after('-r'), words.includes('-w') ? Number(after('-w')) : 1, method);
  if (verb === '-a') return addServer(key, named);
  if (verb === '-e') return editServer(key, named);
  if (verb === '-d') return deleteServer(key, named);
  throw new Error(`not a form that recordings use: ${line}`);
}
