// SPDX-License-Identifier: Apache-2.0
/**
 * IPVS of Linux 6.1 as its sources have it (ip_vs_core.c, ip_vs_conn.c, ip_vs_proto_tcp.c): virtual services, persistence,
 * connections with their states, times and counts. Written for being read beside them, and for nothing else.
 */
import { formatAddress } from '../../../src/model/address.js';
import type { Persistence } from '../../../src/model/types.js';
import type { Destination } from '../../schedulers/ipvs/destination.js';
import type { Clock } from './clock.js';
import type { Connection, Template } from './connection.js';
import { textOf } from './connection.js';
import { endpoint, joined, masked } from './endpoints.js';
import { Services } from './services.js';
import type { VirtualService } from './services.js';
import type { InForce } from './settings.js';
import { isActive, nextTcpState } from './tcp_states.js';
import type { Side } from './tcp_states.js';

export interface Packet {
  readonly protocol: 'tcp' | 'udp';
  readonly client: string;
  /** Where the client sent it: a virtual service. */
  readonly virtual: string;
  readonly mark: number;
  readonly flags: readonly string[];
  /** The Call-ID in a datagram, if there is one. */
  readonly call: string | undefined;
}

/** A real server's address, or: there is none, its own was removed, the packet is the host's, or no call. */
export type Picked = string;

const RESPITE_S = 60;
/** A reply need not be noted in its connection's time before this, or a sixteenth of that time. */
const REPLIES_LAG_S = 10;

export class Ipvs {
  readonly services = new Services();
  readonly connections = new Map<string, Connection>();
  readonly #replies = new Map<string, Connection>();
  readonly #templates = new Map<string, Template>();
  /** Templates that nobody finds any more. */
  readonly #invalid: Template[] = [];
  #lastEnd = -Infinity;
  #hidden = 0;
  #latest = -Infinity;

  constructor(
    readonly clock: Clock,
    readonly settings: InForce,
  ) {}

  tell(line: string): void {
    this.services.tell(line);
  }

  request(packet: Packet): Picked {
    this.#expire();
    let connection = this.connections.get(keyOf(packet));
    let replaced: Connection | undefined;
    if (connection && packet.flags.includes('SYN') && this.#beginsAnew(connection)) replaced = connection;
    else if (connection && !connection.destination.isAvailable) {
      if (!this.settings.of('expire_nodest_conn')) return 'removed';
      if (this.#isResetByHost(packet, connection)) {
        this.#enter(connection, 'CLOSE', 'input');
        return 'passed';
      }
      this.#end(connection);
      connection = undefined;
    }
    if (!connection || replaced) return this.#open(packet, replaced);
    this.#move(connection, packet.flags, connection.isMasqueraded ? 'input' : 'input only');
    return connection.destination.address;
  }

  /** Whether it is translated. */
  reply(protocol: string, real: string, client: string, flags: readonly string[]): boolean {
    this.#expire();
    const connection = this.#replies.get([protocol, real, client].join(' '));
    if (!connection) return false;
    this.#move(connection, flags, 'output');
    if (protocol === 'udp' && connection.template) connection.template.state = 'ASSURED';
    return true;
  }

  /** What a real server sends from a port of its: whether it leaves as the virtual service's (ip_vs_new_conn_out). */
  fromServer(real: string, client: string, call: string | undefined): boolean {
    if (this.reply('udp', real, client, [])) return true;
    const caller = this.services.findCaller(real);
    if (!caller) return false;
    const { service, destination } = caller;
    const packet: Packet = { protocol: 'udp', client, virtual: virtualOf(service), mark: 0, flags: [], call };
    if (service.persistence && call === undefined) return false;
    const template = service.persistence
      ? this.#templateFor(service, service.persistence, packet, destination)
      : undefined;
    if (template) template.state = 'ASSURED';
    this.#bind(service, packet, destination, template, undefined);
    return true;
  }

  /** Texts as of `-Lnc`, with the seconds left, and how few and many a director may say. */
  listed(): { text: string; least: number; left: number; most: number }[] {
    this.#expire();
    const { now } = this.clock;
    const templates = [...this.#templates.values(), ...this.#invalid];
    return [
      ...[...this.connections.values()].map((each) => {
        const left = each.expires - now;
        const lag = each.isMasqueraded ? Math.min(REPLIES_LAG_S, each.timeout / 16) : 0;
        return { text: textOf(each), least: each.earliest - now - lag, left, most: each.latest - now };
      }),
      ...templates.map((each) => {
        const left = each.expires - now;
        return { text: textOf(each), least: left, left, most: left };
      }),
    ];
  }

  /** Whether something that is over may go on here, see Connection.latest. */
  get isHaunted(): boolean {
    this.#expire();
    return this.#latest > this.clock.now;
  }

  /** Seconds since something's time was out. */
  get sinceLastEnd(): number {
    this.#expire();
    return this.clock.now - this.#lastEnd;
  }

  /** Whether within so many seconds both a template and a connection of it have their time out. */
  endTogether(seconds: number): boolean {
    const end = this.clock.now + seconds;
    return [...this.connections.values()].some(
      ({ earliest, latest, template }) => template && template.expires < Math.max(end, latest) && earliest < end,
    );
  }

  #beginsAnew({ destination, template, state, isMasqueraded }: Connection): boolean {
    if (this.settings.of('expire_nodest_conn') && destination.weight === 0) return true;
    const mode = this.settings.of('conn_reuse_mode');
    if (!mode || template) return false;
    if (state === 'TIME_WAIT' || state === 'CLOSE') return true;
    return (mode & 2) !== 0 && state === 'FIN_WAIT' && !isMasqueraded;
  }

  #open(packet: Packet, replaced: Connection | undefined): Picked {
    const { address, port } = endpoint(packet.virtual);
    const service = this.services.find(packet.mark, packet.protocol, address, port);
    const pick = service && this.#mayOpen(packet) ? this.#schedule(service, packet, replaced) : 'passed';
    if (replaced && this.connections.get(keyOf(packet)) === replaced) this.#end(replaced);
    return pick;
  }

  #mayOpen({ protocol, flags }: Packet): boolean {
    if (protocol === 'udp') return true;
    return !flags.includes('RST') && (flags.includes('SYN') || this.settings.of('sloppy_tcp') !== 0);
  }

  #schedule(service: VirtualService, packet: Packet, replaced: Connection | undefined): Picked {
    if (service.persistence && service.hasEngine && packet.call === undefined) return 'dropped';
    const template = service.persistence ? this.#templateFor(service, service.persistence, packet) : undefined;
    const destination = service.persistence ? template?.destination : this.#pick(service, packet);
    if (!destination) return 'none';
    this.#bind(service, packet, destination, template, replaced);
    return destination.address;
  }

  #bind(
    service: VirtualService,
    packet: Packet,
    destination: Destination,
    template: Template | undefined,
    replaced: Connection | undefined,
  ): void {
    const connection = this.#made(service, packet, destination, template);
    destination.bind();
    if (!isActive(connection.state)) destination.becomeInactive();
    if (template) template.controlled++;
    /* The old one counts until the new one does. */
    if (replaced) this.#end(replaced);
    if (service.isOnePacket && packet.protocol === 'udp') this.#release(connection);
    else this.#put(connection);
  }

  #pick(service: VirtualService, { client, virtual }: Packet): Destination | undefined {
    const from = endpoint(client);
    return service.scheduled.schedule({
      client: from.address,
      clientPort: from.port,
      virtual: endpoint(virtual).address,
    });
  }

  #made(
    service: VirtualService,
    { protocol, client, virtual, flags }: Packet,
    destination: Destination,
    template: Template | undefined,
  ): Connection {
    const { port } = endpoint(virtual);
    const realPort = template && port !== service.port ? port : destination.port || port;
    const isMasqueraded = service.methods.get(destination) === 'masquerade';
    const state = protocol === 'udp' ? 'UDP' : this.#next('NONE', flags, isMasqueraded ? 'input' : 'input only');
    if (template && state === 'ESTABLISHED') template.state = 'ASSURED';
    const timeout = this.settings.timeoutOf(protocol, state);
    const expires = this.clock.now + timeout;
    return {
      protocol,
      client,
      virtual,
      real: joined(destination.address, realPort),
      state,
      destination,
      isMasqueraded,
      template,
      timeout,
      expires,
      earliest: expires,
      latest: expires,
      isOpenSince: -Infinity,
    };
  }

  /** The client's, or a new one if the scheduler has a real server for it. `caller`: whose alone it may be. */
  #templateFor(
    service: VirtualService,
    persistence: Persistence,
    packet: Packet,
    caller?: Destination,
  ): Template | undefined {
    const { address, port } = endpoint(packet.virtual);
    const isOfMark = service.key.kind === 'mark';
    const protocol = isOfMark ? 'IP' : packet.protocol;
    const client = joined(masked(endpoint(packet.client).address, persistence), 0);
    const isOfPort = !isOfMark && port === service.port;
    const virtual = isOfMark ? `0.0.0.${packet.mark}:0` : joined(address, isOfPort ? port : 0);
    const call = service.hasEngine ? packet.call : undefined;
    const key = [protocol, client, virtual, call].join(' ');
    const known = this.#templates.get(key);
    if (known && this.#isUsable(known.destination) && (!caller || known.destination === caller)) {
      known.expires = this.clock.now + known.lifetime;
      return known;
    }
    if (known) this.#invalidate(key, known);
    const destination = caller ?? this.#pick(service, packet);
    if (!destination) return undefined;
    const real = joined(destination.address, isOfPort ? destination.port : 0);
    const lifetime = persistence.timeoutS;
    const expires = this.clock.now + lifetime;
    const made: Template = {
      protocol,
      client,
      call,
      virtual,
      real,
      state: 'NONE',
      destination,
      controlled: 0,
      lifetime,
      expires,
    };
    destination.persistent++;
    this.#templates.set(key, made);
    return made;
  }

  #isUsable({ isAvailable, weight }: Destination): boolean {
    return isAvailable && (weight > 0 || !this.settings.of('expire_quiescent_template'));
  }

  #invalidate(key: string, template: Template): void {
    this.#templates.delete(key);
    template.virtual = joined(endpoint(template.virtual).address, 0xffff);
    template.real = joined(endpoint(template.real).address, 0xffff);
    this.#invalid.push(template);
  }

  #next(state: Connection['state'], flags: readonly string[], side: Side): Connection['state'] {
    return state === 'UDP' ? state : nextTcpState(state, flags, side, this.settings.of('secure_tcp') === 3);
  }

  /** What the host then says passes the connection, if replies are looked for from the virtual service. */
  #isResetByHost({ protocol, flags }: Packet, { isMasqueraded }: Connection): boolean {
    const isAnswered = protocol === 'tcp' && !flags.includes('SYN') && !flags.includes('RST');
    return isAnswered && !this.settings.of('sloppy_tcp') && !isMasqueraded;
  }

  #move(connection: Connection, flags: readonly string[], side: Side): void {
    this.#enter(connection, this.#next(connection.state, flags, side), side);
  }

  #enter(connection: Connection, next: Connection['state'], side: Side): void {
    const { destination, state, template } = connection;
    if (isActive(state) && !isActive(next)) destination.becomeInactive();
    if (!isActive(state) && isActive(next)) destination.becomeActive();
    if (next === 'ESTABLISHED' && state !== next && template) template.state = 'ASSURED';
    const isReply = side === 'output' && state === next;
    connection.state = next;
    this.#setTime(connection, isReply);
  }

  /** Only some replies are looked after, which shows once a timeout has changed. */
  #setTime(connection: Connection, isReply: boolean): void {
    const { now } = this.clock;
    const timeout = this.settings.timeoutOf(connection.protocol, connection.state);
    const expires = now + timeout;
    if (!isReply) connection.isOpenSince = -Infinity;
    else if (timeout !== connection.timeout) connection.isOpenSince = now;
    const isOpen = now - connection.isOpenSince <= REPLIES_LAG_S;
    connection.earliest = isOpen ? Math.min(connection.earliest, expires) : expires;
    connection.latest = isOpen ? Math.max(connection.latest, expires) : expires;
    connection.timeout = timeout;
    connection.expires = expires;
  }

  /** The newest of two is found; here, the older not again when that ends. */
  #put(connection: Connection): void {
    const hidden = this.connections.get(keyOf(connection));
    if (hidden) this.connections.set(`${keyOf(connection)} before ${++this.#hidden}`, hidden);
    this.connections.set(keyOf(connection), connection);
    if (connection.isMasqueraded) this.#replies.set(replyKeyOf(connection), connection);
  }

  #end(connection: Connection): void {
    for (const [key, each] of this.connections) if (each === connection) this.connections.delete(key);
    if (this.#replies.get(replyKeyOf(connection)) === connection) this.#replies.delete(replyKeyOf(connection));
    this.#release(connection);
  }

  #release({ destination, state, template }: Connection): void {
    if (isActive(state)) destination.becomeInactive();
    destination.unbind();
    if (template) template.controlled--;
  }

  /** All that is over by now, in the order in which it was. */
  #expire(): void {
    for (;;) {
      const over = [...this.connections.values(), ...this.#templates.values(), ...this.#invalid]
        .filter(({ expires }) => expires <= this.clock.now)
        .sort((a, b) => a.expires - b.expires)[0];
      if (!over) return;
      this.#lastEnd = over.expires;
      if (!('controlled' in over)) {
        this.#latest = Math.max(this.#latest, over.latest);
        this.#end(over);
      } else if (over.controlled > 0) [over.lifetime, over.expires] = [RESPITE_S, over.expires + RESPITE_S];
      else this.#endTemplate(over);
    }
  }

  #endTemplate(template: Template): void {
    template.destination.persistent--;
    for (const [key, each] of this.#templates) if (each === template) this.#templates.delete(key);
    const place = this.#invalid.indexOf(template);
    if (place >= 0) this.#invalid.splice(place, 1);
  }
}

function virtualOf({ key, port }: VirtualService): string {
  return joined(key.kind === 'address' ? formatAddress(key.address) : '', port);
}

function keyOf({ protocol, client, virtual }: Pick<Packet, 'protocol' | 'client' | 'virtual'>): string {
  return [protocol, client, virtual].join(' ');
}

function replyKeyOf({ protocol, real, client }: Connection): string {
  return [protocol, real, client].join(' ');
}
