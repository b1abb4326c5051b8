// SPDX-License-Identifier: Apache-2.0
/** `xdpvs realserver start|stop VIP…`, typed on a real server of direct routing or tunnelling. */
import { NotPermitted } from '../kernel/errors.js';
import { startRealServer, stopRealServer } from '../kernel/realserver/realserver.js';
import type { Output } from './output.js';
import { EXIT_USAGE, report } from './output.js';
import type { VirtualAddress } from './virtual_address.js';
import { parseVirtualAddress } from './virtual_address.js';

export interface RealServerOptions {
  readonly tunnel: boolean;
  /** --interface, given once or more. */
  readonly interfaces: readonly string[];
}

/** Returns the exit code. */
export function realServer(
  action: 'start' | 'stop',
  typed: readonly string[],
  options: RealServerOptions,
  say: Output,
): number {
  const usage = whyNot(action, typed, options);
  if (usage !== undefined) {
    say.err(`xdpvs realserver ${action}: ${usage}`);
    return EXIT_USAGE;
  }
  return report(`xdpvs realserver ${action}`, say, () => {
    if (process.geteuid?.() !== 0) throw new NotPermitted();
    const vips = unique(typed);
    const told = action === 'start' ? startRealServer(vips, options) : stopRealServer(vips);
    told.forEach((line) => say.out(line));
  });
}

function whyNot(
  action: string,
  typed: readonly string[],
  { tunnel, interfaces }: RealServerOptions,
): string | undefined {
  if (typed.length === 0) return `no address given: xdpvs realserver ${action} VIP…`;
  const bad = typed.find((text) => !parseVirtualAddress(text));
  if (bad !== undefined)
    return `'${bad}' is not an address that a host can have: give one like 192.0.2.80 or 2001:db8::80`;
  if (interfaces.length > 0 && !tunnel) return '--interface says where tunnelled packets arrive: give it with --tunnel';
  return undefined;
}

function unique(typed: readonly string[]): VirtualAddress[] {
  const parsed = typed.map(parseVirtualAddress).filter((vip) => vip !== undefined);
  return [...new Map(parsed.map((vip) => [vip.text, vip])).values()];
}
