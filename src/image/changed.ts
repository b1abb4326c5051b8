// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import type { State, VirtualService } from '../model/types.js';
import { serviceKeyText } from './service_key.js';

/** A service that is not what it was. */
export interface ChangedService {
  /** As images name it. */
  readonly key: string;
  readonly service: VirtualService;
  /** Whether a command named one of its real servers, were it to change nothing: schedulers notice that. */
  readonly isServersTouched: boolean;
}

/**
 * The services of `to` that were not so in `from`. Commands are functions that make new objects only for what they touch,
 * so within one run objects are compared; without that (`isSameRun` false), what they say.
 */
export function changedServices(from: State, to: State, isSameRun: boolean): ChangedService[] {
  const isSame = isSameRun ? Object.is : isDeepStrictEqual;
  const changed: ChangedService[] = [];
  for (const [id, service] of to.services) {
    const before = from.services.get(id);
    if (before && isSame(before, service)) continue;
    const isServersTouched = !before || !isSame(before.realServers, service.realServers);
    changed.push({ key: serviceKeyText(service.key), service, isServersTouched });
  }
  return changed;
}
