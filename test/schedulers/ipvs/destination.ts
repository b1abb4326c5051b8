// SPDX-License-Identifier: Apache-2.0
/** A real server as IPVS's schedulers see it, and what counts its connections (ip_vs_ctl.c, ip_vs_conn.c of Linux 6.1). */

export interface Settings {
  readonly weight: number;
  /** 0: none. */
  readonly upper: number;
  readonly lower: number;
}

export class Destination {
  weight = 0;
  /** The last one above 0, or what it was added with. */
  lastWeight = 0;
  upper = 0;
  lower = 0;
  active = 0;
  inactive = 0;
  /** Templates of persistence that lead to it. */
  persistent = 0;
  isOverloaded = false;
  isAvailable = true;

  constructor(
    readonly address: string,
    readonly port: number,
  ) {}

  add(settings: Settings): void {
    this.lastWeight = settings.weight;
    this.isAvailable = true;
    this.edit(settings);
  }

  edit({ weight, upper, lower }: Settings): void {
    this.weight = weight;
    if (weight !== 0) this.lastWeight = weight;
    this.upper = upper;
    this.lower = lower;
    this.#updateOverload();
  }

  get connections(): number {
    return this.active + this.inactive;
  }

  /** A new connection, which is active. */
  bind(): void {
    this.active++;
    this.#updateOverload();
  }

  /** The end of one that is inactive. */
  unbind(): void {
    this.inactive--;
    this.#updateOverload();
  }

  #updateOverload(): void {
    if (this.upper !== 0 && this.connections >= this.upper) this.isOverloaded = true;
    else if (this.#isRelieved()) this.isOverloaded = false;
  }

  #isRelieved(): boolean {
    if (this.lower !== 0) return this.connections < this.lower;
    return this.upper === 0 || this.connections * 4 < this.upper * 3;
  }

  becomeInactive(): void {
    this.active--;
    this.inactive++;
  }

  becomeActive(): void {
    this.active++;
    this.inactive--;
  }

  /** What least-connection schedulers compare. */
  get overhead(): number {
    return this.active * 256 + this.inactive;
  }

  get isPickable(): boolean {
    return this.weight > 0 && !this.isOverloaded;
  }
}
