// SPDX-License-Identifier: Apache-2.0
/** A virtual service of IPVS with its connections: what commands and packets make of it, and where each connection goes. */
import type { Scheduler } from '../../../src/model/types.js';
import { fo, lc, nq, ovf, sed, wlc } from './comparing.js';
import { Destination } from './destination.js';
import type { Settings } from './destination.js';
import { dh, mh, sh } from './hashing.js';
import { lblc, lblcr } from './locality.js';
import { rr, wrr } from './round_robin.js';
import type { MakeModule, Module, Request, Service } from './scheduler.js';

/** twos draws lots, so there is no saying what it picks. */
export type Predictable = Exclude<Scheduler, 'twos'>;

export const MODULES: Readonly<Record<Predictable, MakeModule>> = {
  rr,
  wrr,
  lc,
  wlc,
  lblc,
  lblcr,
  dh,
  sh,
  sed,
  nq,
  fo,
  ovf,
  mh,
};

type Flags = Service['flags'];

export class IpvsService {
  readonly destinations: Destination[] = [];
  readonly #connections = new Map<string, Destination>();
  #module: Module;

  /** `virtual`: address. `trash`: what was deleted, but is found again when it is added again. */
  constructor(
    readonly virtual: string,
    private scheduler: Predictable,
    public flags: Flags,
    readonly trash: Destination[] = [],
  ) {
    this.#module = MODULES[scheduler](this);
  }

  add(address: string, port: number, settings: Settings): void {
    const again = this.trash.findIndex((each) => each.address === address && each.port === port);
    const destination = again < 0 ? new Destination(address, port) : this.trash.splice(again, 1)[0]!;
    destination.add(settings);
    this.destinations.unshift(destination);
    this.#module.changed?.();
  }

  edit(address: string, settings: Settings): void {
    this.#find(address).edit(settings);
    this.#module.changed?.();
  }

  delete(address: string): void {
    const place = this.destinations.indexOf(this.#find(address));
    const [gone] = this.destinations.splice(place, 1);
    gone!.isAvailable = false;
    this.trash.push(gone!);
    this.#module.deleted?.(gone!, this.destinations[place - 1]);
  }

  /** The module sees new flags at once; another scheduler begins anew. */
  change(scheduler: Predictable, flags: Flags): void {
    if (scheduler === this.scheduler) {
      Object.assign(this.flags, flags);
      return;
    }
    this.scheduler = scheduler;
    this.flags = { ...flags };
    this.#module = MODULES[scheduler](this);
  }

  /** A SYN from `client`, ADDRESS:PORT; the address of the real server that gets it. On a connection that is closed, too. */
  open(client: string): string | undefined {
    const [address, port] = client.split(':') as [string, string];
    const destination = this.#module.schedule({ client: address, clientPort: Number(port), virtual: this.virtual });
    destination?.bind();
    this.#connections.get(client)?.unbind();
    this.#connections.delete(client);
    if (destination) this.#connections.set(client, destination);
    return destination?.address;
  }

  schedule(request: Request): Destination | undefined {
    return this.#module.schedule(request);
  }

  /** A datagram with one-packet scheduling: nothing stays of it. */
  pass(client: string): string | undefined {
    const [address, port] = client.split(':') as [string, string];
    return this.#module.schedule({ client: address, clientPort: Number(port), virtual: this.virtual })?.address;
  }

  /** A first datagram: counted as inactive. */
  openDatagram(client: string): string | undefined {
    const picked = this.open(client);
    if (picked !== undefined) this.close(client);
    return picked;
  }

  /** FIN or RST: it stays, inactive. False: of a deleted real server's connections nothing is taken note of. */
  close(client: string): boolean {
    const destination = this.#connections.get(client);
    if (!destination?.isAvailable) return false;
    destination.becomeInactive();
    return true;
  }

  #find(address: string): Destination {
    const found = this.destinations.find((each) => each.address === address);
    if (!found) throw new RangeError(`no destination ${address}`);
    return found;
  }
}
