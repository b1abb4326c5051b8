// SPDX-License-Identifier: Apache-2.0
/** `xdpvs remove`: services or real servers, and what becomes of their connections by name. */
import { Draft } from '../model/draft.js';
import { serviceId } from '../model/service_id.js';
import type { State, VirtualService } from '../model/types.js';
import type { Output } from './output.js';
import { Refusal, report } from './output.js';
import type { EndpointPattern, ServicePattern } from './show/pattern.js';
import { endpointPattern, matchesEndpoint, matchesService, servicePattern } from './show/pattern.js';
import { endpointWord } from './show/words.js';

export const FATES = ['keep', 'drop', 'reset', 'reschedule'] as const;
export type Fate = (typeof FATES)[number];

export interface RemoveTyped {
  readonly service: string | undefined;
  readonly server: string | undefined;
  readonly connections: Fate;
}

/** What remove asks of a director. */
export interface Removing {
  change(next: (state: State) => State): void;
  /** Gives how many connections it ended. */
  remove(next: (state: State) => State, end: Exclude<Fate, 'keep'>): number;
}

export function removeCommand(director: Removing, { service, server, connections }: RemoveTyped, say: Output): number {
  return report('xdpvs remove', say, () => {
    if (service === undefined && server === undefined)
      throw new Refusal('what is to be removed? give --service, --server, or both');
    const ofService = service === undefined ? undefined : servicePattern(service, '--service');
    const ofServer = server === undefined ? undefined : endpointPattern(server, '--server');
    let told: readonly string[] = [];
    const next = (state: State): State => {
      const removal = removalOf(state, ofService, ofServer);
      told = removal.told;
      return removal.state;
    };
    const ended = connections === 'keep' ? director.change(next) : director.remove(next, connections);
    for (const line of told) say.out(line);
    if (ended !== undefined) say.out(`${ended} ${ended === 1 ? 'connection' : 'connections'} ended: ${connections}`);
  });
}

interface Removal {
  readonly state: State;
  readonly told: readonly string[];
}

/** With a pattern for real servers their services stay. Throws Refusal if there is nothing to remove. */
function removalOf(state: State, ofService?: ServicePattern, ofServer?: EndpointPattern): Removal {
  const services = [...state.services.values()].filter(({ key }) => !ofService || matchesService(ofService, key));
  const draft = new Draft(state);
  const told = services.flatMap((service) =>
    ofServer ? removeServers(draft, service, ofServer) : removeOne(draft, service),
  );
  if (told.length === 0) throw new Refusal('there is no such service or real server: nothing was changed', 1);
  return { state: draft.state(), told };
}

function removeOne(draft: Draft, { key }: VirtualService): string[] {
  draft.deleteService(key);
  return [`removed ${serviceId(key)}`];
}

function removeServers(draft: Draft, { key, realServers }: VirtualService, pattern: EndpointPattern): string[] {
  const chosen = realServers.filter((server) => matchesEndpoint(pattern, server));
  for (const server of chosen) draft.deleteServer(key, server);
  return chosen.map((server) => `removed ${endpointWord(server)} from ${serviceId(key)}`);
}
