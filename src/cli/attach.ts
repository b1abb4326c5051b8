// SPDX-License-Identifier: Apache-2.0
/** `xdpvs attach IFACE… [--mode auto|native|generic]` */
import type { Attached, WantedMode } from '../kernel/attach.js';
import { attach } from '../kernel/attach.js';
import type { Capacities } from '../kernel/capacities.js';
import { DEFAULT_CAPACITIES, checkCapacities } from '../kernel/capacities.js';
import type { Output } from './output.js';
import { EXIT_USAGE, report } from './output.js';

const MODES: readonly string[] = ['auto', 'native', 'generic'] satisfies WantedMode[];

export type AttachOptions = { readonly [K in keyof Capacities]?: Capacities[K] | undefined } & {
  readonly mode?: string | undefined;
};

/** Capacities count only at the first attach: later ones use the maps that are there. Returns the exit code. */
export function attachCommand(names: readonly string[], options: AttachOptions, say: Output): number {
  const usage = whyNot(names, options);
  if (usage !== undefined) {
    say.err(`xdpvs attach: ${usage}`);
    return EXIT_USAGE;
  }
  return report('xdpvs attach', say, () => {
    const capacities = capacitiesOf(options);
    checkCapacities(capacities);
    const attached = attach(names, (options.mode ?? 'auto') as WantedMode, { capacities });
    for (const one of attached) say.out(sentence(one));
    for (const { name, lack } of attached) if (lack !== undefined) say.out(lackSentence(name, lack));
  });
}

function whyNot(names: readonly string[], { mode = 'auto' }: AttachOptions): string | undefined {
  if (names.length === 0) return 'no interface given: xdpvs attach IFACE… (`ip link` lists them)';
  if (!MODES.includes(mode)) return `there is no mode '${mode}': auto, native or generic`;
  return undefined;
}

function capacitiesOf({ connections, servers, services }: AttachOptions): Capacities {
  return {
    connections: connections ?? DEFAULT_CAPACITIES.connections,
    servers: servers ?? DEFAULT_CAPACITIES.servers,
    services: services ?? DEFAULT_CAPACITIES.services,
  };
}

function sentence({ name, mode, reason }: Attached): string {
  return `${name}: attached in ${mode} mode${reason === undefined ? '' : `, since ${reason}`}`;
}

function lackSentence(name: string, lack: string): string {
  return `${name}: oversize packets are not cut and replies of a local real server not translated, since ${lack}`;
}
