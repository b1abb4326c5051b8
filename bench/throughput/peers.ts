// SPDX-License-Identifier: Apache-2.0
/** The programs that xdpvs is compared with: are they here? */
import { existsSync } from 'node:fs';

import { must } from '../../test/support/shell.js';

const PEERS: readonly (readonly [debian: string, isHere: () => boolean])[] = [
  ['nftables', () => answers('nft', '--version')],
  ['haproxy', () => answers('haproxy', '-v')],
  ['libnginx-mod-stream', () => existsSync('/usr/lib/nginx/modules/ngx_stream_module.so')],
  ['util-linux', () => answers('taskset', '--version')],
];

/** undefined, or what is missing. */
export function whyNoPeers(): string | undefined {
  const missing = PEERS.filter(([, isHere]) => !isHere()).map(([debian]) => debian);
  return missing.length === 0 ? undefined : `needs its peers, so apt-get install ${missing.join(' ')}`;
}

function answers(file: string, ...args: readonly string[]): boolean {
  try {
    must(file, ...args);
    return true;
  } catch {
    return false;
  }
}
