// SPDX-License-Identifier: Apache-2.0
/** `xdpvs detach IFACE… | --all [--forget]` */
import type { Detached } from '../kernel/detach.js';
import { detach } from '../kernel/detach.js';
import type { Output } from './output.js';
import { EXIT_USAGE, report } from './output.js';

export interface DetachOptions {
  readonly all?: boolean;
  readonly forget?: boolean;
}

/** Returns the exit code. */
export function detachCommand(names: readonly string[], options: DetachOptions, say: Output): number {
  const { all = false, forget = false } = options;
  const usage = whyNot(names, all, forget);
  if (usage !== undefined) {
    say.err(`xdpvs detach: ${usage}`);
    return EXIT_USAGE;
  }
  return report('xdpvs detach', say, () => {
    const detached = detach(all ? 'all' : names, { forget });
    for (const name of detached.names) say.out(`${name}: detached`);
    const rest = whatStays(detached);
    if (rest !== undefined) say.out(rest);
  });
}

function whyNot(names: readonly string[], all: boolean, forget: boolean): string | undefined {
  if (all && names.length > 0) return 'either interfaces or --all';
  if (!all && names.length === 0) return 'no interface given: xdpvs detach IFACE…, or --all';
  if (forget && !all) return '--forget removes the virtual services too: give it with --all';
  return undefined;
}

function whatStays({ names, isForgotten, services, isLast }: Detached): string | undefined {
  if (isForgotten && names.length === 0) return 'nothing of the director is left in this network namespace';
  if (isForgotten || !isLast) return undefined;
  const many = services === 1 ? '1 virtual service stays' : `${services} virtual services stay`;
  return `${many} pinned for the next attach; \`xdpvs detach --all --forget\` removes them`;
}
