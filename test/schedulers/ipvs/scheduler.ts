// SPDX-License-Identifier: Apache-2.0
/** What IPVS asks of a scheduler's module: struct ip_vs_scheduler of net/ip_vs.h. */
import type { Destination } from './destination.js';

export interface Request {
  readonly client: string;
  readonly clientPort: number;
  readonly virtual: string;
}

export interface Service {
  /** The one added last comes first. */
  readonly destinations: Destination[];
  readonly flags: { readonly fallback: boolean; readonly port: boolean };
}

export interface Module {
  /** A destination was added or edited. */
  changed?(): void;
  deleted?(destination: Destination, previous: Destination | undefined): void;
  schedule(request: Request): Destination | undefined;
}

export type MakeModule = (service: Service) => Module;
