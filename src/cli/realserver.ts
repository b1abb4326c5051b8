// SPDX-License-Identifier: Apache-2.0
/** `xdpvs realserver start|stop VIP…`, typed on a real server of direct routing or tunnelling. */
import { NotPermitted } from '../kernel/errors.js';
import { startRealServer, stopRealServer } from '../kernel/realserver/realserver.js';
import type { Tunnel, TunnelType } from '../kernel/realserver/realserver.js';
import type { Output } from './output.js';
import { EXIT_USAGE, report } from './output.js';
import type { VirtualAddress } from './virtual_address.js';
import { parseVirtualAddress } from './virtual_address.js';

export interface RealServerOptions {
  readonly tunnel: boolean;
  /** --interface, given once or more. */
  readonly interfaces: readonly string[];
  /** As ipvsadm's options of these names. */
  readonly type: TunnelType | undefined;
  readonly port: number | undefined;
  readonly hasChecksum: boolean;
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
    const told = action === 'start' ? startRealServer(vips, { tunnel: tunnelOf(options) }) : stopRealServer(vips);
    told.forEach((line) => say.out(line));
  });
}

function whyNot(action: string, typed: readonly string[], options: RealServerOptions): string | undefined {
  if (typed.length === 0) return `no address given: xdpvs realserver ${action} VIP…`;
  const bad = typed.find((text) => !parseVirtualAddress(text));
  if (bad !== undefined)
    return `'${bad}' is not an address that a host can have: give one like 192.0.2.80 or 2001:db8::80`;
  return whyNoTunnel(options);
}

function whyNoTunnel({ tunnel, interfaces, type, port, hasChecksum }: RealServerOptions): string | undefined {
  if (interfaces.length > 0 && !tunnel) return '--interface says where tunnelled packets arrive: give it with --tunnel';
  if (type !== undefined && !tunnel) return '--tun-type says what they are wrapped in: give it with --tunnel';
  if (type === 'gue' && port === undefined) return '--tun-type gue needs --tun-port, as the director has it';
  if (type !== 'gue' && port !== undefined) return '--tun-port is of --tun-type gue alone';
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536))
    return `--tun-port must be from 1 to 65535, not ${port}`;
  if (hasChecksum && (type ?? 'ipip') === 'ipip') return '--tun-csum is of --tun-type gre and gue alone';
  return undefined;
}

function tunnelOf({ tunnel, interfaces, type = 'ipip', port, hasChecksum }: RealServerOptions): Tunnel | undefined {
  return tunnel ? { type, port, hasChecksum, interfaces } : undefined;
}

function unique(typed: readonly string[]): VirtualAddress[] {
  const parsed = typed.map(parseVirtualAddress).filter((vip) => vip !== undefined);
  return [...new Map(parsed.map((vip) => [vip.text, vip])).values()];
}
