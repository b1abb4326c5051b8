// SPDX-License-Identifier: Apache-2.0
/**
 * A laboratory: hosts in network namespaces, joined by segments, as a diagram would draw them. Two hosts on a segment
 * share a cable; more share a switch, which is a bridge in a namespace of its own, one port a host, the port named as
 * the host is.
 */
import { Host } from './host.js';
import type { Prefix } from './namespaces.js';
import { makeNamespace, makeScratch, reapDead, removeLaboratory } from './namespaces.js';
import { must } from './shell.js';

/** Addresses with prefix lengths, by host. A host's interfaces are eth0, eth1… in the order of the segments. */
export type Segment = Readonly<Record<string, readonly string[]>>;
export type Diagram = Readonly<Record<string, Segment>>;

/** What a test or a demo hands over to be told when it is over. */
export interface Lifetime {
  after(remove: () => void): void;
}

export class Laboratory {
  readonly hosts = new Map<string, Host>();
  readonly #switches = new Map<string, Host>();

  constructor(
    readonly prefix: string,
    readonly scratch: string,
  ) {}

  host(name: string): Host {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`no host ${name} in the diagram`);
    return host;
  }

  /** The switch of a segment of three hosts or more: its ports see what XDP on the hosts hides from tcpdump. */
  switch(segment: string): Host {
    const found = this.#switches.get(segment);
    if (!found) throw new Error(`segment ${segment} has no switch`);
    return found;
  }

  build(diagram: Diagram): void {
    const names = new Set(Object.values(diagram).flatMap(Object.keys));
    for (const name of names) this.hosts.set(name, this.#boot(name));
    for (const [name, segment] of Object.entries(diagram)) this.#join(name, segment);
  }

  #boot(name: string): Host {
    const host = new Host(name, `${this.prefix}-${name}`, this.scratch);
    makeNamespace(host.namespace);
    host.sysctl({ 'net.ipv6.conf.all.accept_dad': 0, 'net.ipv6.conf.default.accept_dad': 0 }); // addresses at once
    host.ip('link', 'set', 'lo', 'up');
    return host;
  }

  #join(name: string, segment: Segment): void {
    const ends = Object.entries(segment).map(([host, addresses]) => ({ host: this.host(host), addresses }));
    const [first, second] = ends;
    if (first && second && ends.length === 2)
      cable(first.host, nextDevice(first.host), second.host, nextDevice(second.host));
    else
      this.#plugIntoSwitch(
        name,
        ends.map(({ host }) => host),
      );

    for (const { host, addresses } of ends) {
      const device = `eth${countDevices(host) - 1}`;
      for (const address of addresses) host.ip('addr', 'add', address, 'dev', device);
    }
  }

  #plugIntoSwitch(name: string, hosts: readonly Host[]): void {
    const bridge = this.#boot(`switch-${name}`);
    this.#switches.set(name, bridge);
    bridge.sysctl({ 'net.ipv6.conf.default.disable_ipv6': 1 });
    bridge.ip('link', 'add', 'bridge', 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0');
    bridge.ip('link', 'set', 'bridge', 'up');
    for (const host of hosts) {
      cable(host, nextDevice(host), bridge, host.name);
      bridge.ip('link', 'set', host.name, 'master', 'bridge');
    }
  }

  remove(): void {
    removeLaboratory(this.prefix, this.scratch);
  }
}

function countDevices(host: Host): number {
  return (JSON.parse(host.ip('-j', 'link', 'show', 'type', 'veth')) as unknown[]).length;
}

function nextDevice(host: Host): string {
  return `eth${countDevices(host)}`;
}

/**
 * Both ends receive what XDP sends (GRO on gives a veth its NAPI; without it every redirected frame is lost), compute
 * their checksums themselves (a partial one does not survive rewriting), and have two queues as a NIC has.
 */
function cable(one: Host, oneDevice: string, other: Host, otherDevice: string): void {
  const queues = ['numtxqueues', '2', 'numrxqueues', '2'];
  one.ip(
    ...['link', 'add', oneDevice, ...queues, 'type', 'veth'],
    ...['peer', 'name', otherDevice, ...queues, 'netns', other.namespace],
  );
  const ends = [
    [one, oneDevice],
    [other, otherDevice],
  ] as const;
  for (const [host, device] of ends) host.ethtool('-K', device, 'gro', 'on', 'tx', 'off');
  // Only now: a veth tells that XDP may send by it when it comes up, and goes by its peer's GRO at that moment.
  for (const [host, device] of ends) host.ip('link', 'set', device, 'up');
}

let count = 0;
const alive = new Set<Laboratory>();

function removeAlive(): void {
  for (const laboratory of alive) laboratory.remove();
  alive.clear();
}

function removeOnSignal(signal: NodeJS.Signals): void {
  removeAlive();
  process.kill(process.pid, signal);
}

/** Builds what the diagram draws. It is gone when `lifetime` ends, and at the latest when this process does. */
export function buildHosts(lifetime: Lifetime, diagram: Diagram, prefix: Prefix = 'xt'): Laboratory {
  if (count === 0) {
    reapDead();
    process.once('exit', removeAlive);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, removeOnSignal);
  }
  const unique = `${prefix}${process.pid}n${count++}`;
  const laboratory = new Laboratory(unique, makeScratch(unique));
  if (prefix === 'xt') alive.add(laboratory);
  const remove = (): void => {
    if (alive.delete(laboratory)) laboratory.remove();
  };
  lifetime.after(remove);
  try {
    laboratory.build(diagram);
  } catch (error) {
    laboratory.remove();
    throw error;
  }
  return laboratory;
}

/** undefined, or why namespaces cannot be used here. */
export function whyNoHosts(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces';
  try {
    must('ip', '-V');
    must('ethtool', '--version');
    must('nginx', '-v');
    must('tcpdump', '--version');
  } catch (error) {
    return `needs iproute2, ethtool, nginx and tcpdump: ${(error as Error).message}`;
  }
  return undefined;
}
