// SPDX-License-Identifier: Apache-2.0
/** What commands carry, before IPVS has looked at it. */
import type { Address, Persistence, SchedulerFlags, ServiceKey } from './types.js';

export interface ServiceRequest {
  readonly key: ServiceKey;
  /** As typed: it may name none. */
  readonly scheduler: string;
  readonly schedulerFlags: SchedulerFlags;
  readonly onePacket: boolean;
  readonly persistence: Persistence | undefined;
  /** As typed: it may name none. */
  readonly persistenceEngine?: string;
}

/** What a real server is found by within its service. */
export interface Endpoint {
  readonly address: Address;
  readonly port: number;
}
