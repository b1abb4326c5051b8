// SPDX-License-Identifier: Apache-2.0
/** What tells two states apart, in the order in which a person reads them. Order of services and servers is none of it. */
import { isDeepStrictEqual } from 'node:util';

import { KEPT, valueOf } from '../model/settings.js';
import type { MarkRule, RealServer, State, Timeouts, VirtualService } from '../model/types.js';
import { findServer } from './merge.js';

export type Kind = 'added' | 'removed' | 'changed';

/** One field of a service or real server: its name in the model, and its value before and after. */
export interface Field {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

interface Common {
  readonly kind: Kind;
  /** Of what changed. */
  readonly fields: readonly Field[];
}

export type Difference =
  | (Common & { readonly of: 'timeouts' })
  | (Common & { readonly of: 'mark'; readonly rule: MarkRule })
  | (Common & { readonly of: 'settings' })
  | (Common & { readonly of: 'service'; readonly service: VirtualService })
  | (Common & { readonly of: 'server'; readonly service: VirtualService; readonly server: RealServer });

export function differences(before: State, after: State): Difference[] {
  const removed = [...before.services].filter(([id]) => !after.services.has(id)).map(([, service]) => service);
  return [
    ...timeoutDifferences(before.timeouts, after.timeouts),
    ...settingDifferences(before, after),
    ...markDifferences(before.marks ?? [], after.marks ?? []),
    ...[...after.services].flatMap(([id, service]) => serviceDifferences(before.services.get(id), service)),
    ...removed.flatMap(removedService),
  ];
}

function timeoutDifferences(before: Timeouts, after: Timeouts): Difference[] {
  const fields = changedFields({ ...before }, { ...after });
  return fields.length === 0 ? [] : [{ kind: 'changed', of: 'timeouts', fields }];
}

/** Their order matters, so what moves is removed and added. */
function markDifferences(before: readonly MarkRule[], after: readonly MarkRule[]): Difference[] {
  const same = before.findIndex((rule, index) => !isDeepStrictEqual(rule, after[index]));
  const kept = same < 0 ? before.length : same;
  const common = { of: 'mark', fields: [] } as const;
  return [
    ...before.slice(kept).map((rule): Difference => ({ ...common, kind: 'removed', rule })),
    ...after.slice(kept).map((rule): Difference => ({ ...common, kind: 'added', rule })),
  ];
}

function settingDifferences(before: State, after: State): Difference[] {
  const values = (state: State) => Object.fromEntries(KEPT.map((setting) => [setting.name, valueOf(state, setting)]));
  const fields = changedFields(values(before), values(after));
  return fields.length === 0 ? [] : [{ kind: 'changed', of: 'settings', fields }];
}

function serviceDifferences(before: VirtualService | undefined, after: VirtualService): Difference[] {
  const common = { of: 'service', service: after } as const;
  if (!before) {
    const servers = after.realServers.map((server): Difference => ofServer('added', after, server));
    return [{ ...common, kind: 'added', fields: [] }, ...servers.reverse()];
  }
  const fields = changedFields(fieldsOfService(before), fieldsOfService(after));
  const servers = serverDifferences(before, after);
  return [...(fields.length > 0 ? [{ ...common, kind: 'changed', fields } as const] : []), ...servers];
}

function removedService(service: VirtualService): Difference[] {
  const servers = service.realServers.map((server) => ofServer('removed', service, server));
  return [{ kind: 'removed', of: 'service', service, fields: [] }, ...servers.reverse()];
}

function serverDifferences(before: VirtualService, after: VirtualService): Difference[] {
  const kept = after.realServers.flatMap((server) => {
    const old = findServer(before.realServers, server);
    if (!old) return [ofServer('added', after, server)];
    const fields = changedFields(fieldsOfServer(old), fieldsOfServer(server));
    return fields.length > 0 ? [ofServer('changed', after, server, fields)] : [];
  });
  const removed = before.realServers.filter((server) => !findServer(after.realServers, server));
  return [...kept.reverse(), ...removed.map((server) => ofServer('removed', after, server)).reverse()];
}

function ofServer(kind: Kind, service: VirtualService, server: RealServer, fields: readonly Field[] = []): Difference {
  return { kind, of: 'server', service, server, fields };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOfService(service: VirtualService): Fields {
  const { scheduler, schedulerFlags, onePacket, persistence, persistenceEngine } = service;
  return { scheduler, schedulerFlags, onePacket, persistence, persistenceEngine };
}

function fieldsOfServer(server: RealServer): Fields {
  const { method, tunnel, weight, upperThreshold, lowerThreshold } = server;
  return { method, tunnel, weight, upperThreshold, lowerThreshold };
}

function changedFields(before: Fields, after: Fields): Field[] {
  return Object.keys(after)
    .filter((field) => !isDeepStrictEqual(before[field], after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
}
