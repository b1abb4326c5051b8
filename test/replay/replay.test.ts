// SPDX-License-Identifier: Apache-2.0
/**
 * Plays what real IPVS was recorded to do at a director that is attached and commanded as a user would, frame for frame.
 * The player is not part of this project: it is looked for beside the checkout, or where XDPVS_REPLAY says.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const PROJECT = join(import.meta.dirname, '../../../..');
const REPLAY = process.env['XDPVS_REPLAY'] ?? join(PROJECT, '../shared/replay');

/** What the data plane does by now; the rest of the record waits for its features. */
const SCHEDULING = [
  ...['seq-*/dynamic-keep', 'seq-*/udp-ops*', 'seq-wrr/w*', 'seq-rr/noserver', 'persistence/reuse*'],
  ...['hash-sh-sh-fallback+sh-port/w111', 'hash-mh-mh-fallback+mh-port/w111'],
  ...['fwmark-dh/bydst-w301', 'persistence/*'],
];
const PACKETS = [
  ...['tcp-nat', 'tcp-dr', 'tcp-ipip', 'udp-nat', 'udp-dr', 'udp-ipip', '4in6'],
  ...['tcp-gre', 'udp-gre', 'tcp-gue*', 'udp-gue*', 'local-rs', 'mtu-ipip'],
  ...['ttl-tos-nat', 'ttl-tos-ipip', 'nors', 'badcsum-nat', 'mtu-nat', 'dr-reply-through-director'],
  ...['frag-nat', 'frag-ipip', 'persist-templates-nat'],
  ...['sctp-nat', 'ipopt-nat', 'rs-removed-nat', 'noconn-nat', 'noconn-dr'],
  ...['icmp-from-client-nat', 'icmp-from-client-ipip', 'icmp-from-rs-nat', 'icmp-from-tunnel-path-ipip'],
  ...['v6-nat', 'v6-dr', 'v6-ip6ip6', 'v6-6in4'],
];

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return 'needs root: it makes network namespaces';
  if (!existsSync('/usr/bin/python3')) return 'needs /usr/bin/python3';
  return existsSync(join(REPLAY, 'packets.py')) ? false : `no player in ${REPLAY}`;
}

/** The player finds the director's commands in PATH, under ipvsadm's name. */
function play(script: string, patterns: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'xdpvs-replay-'));
  try {
    symlinkSync(join(PROJECT, 'bin/xdpvs'), join(folder, 'xdpvs'));
    symlinkSync(join(PROJECT, 'bin/xdpvsadm'), join(folder, 'ipvsadm'));
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
    const args = [join(REPLAY, script), ...patterns, '--limit', '240'];
    const { status, stdout, stderr } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8', env, timeout: 280_000 });
    assert.equal(status, 0, `${stdout}\n${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('real servers are picked as recorded, command by command', { skip: whyNot() }, () => play('sched.py', SCHEDULING));
test('packets come out as recorded, byte for byte', { skip: whyNot() }, () => play('packets.py', PACKETS));
