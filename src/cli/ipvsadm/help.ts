// SPDX-License-Identifier: Apache-2.0
/** What xdpvsadm's help says, as data: `-h` prints it, and the man page is made of it. */

export function versionText(version: string): string {
  return `ipvsadm v1.31, as spoken by xdpvs ${version} (IPVS v1.2.1)\n`;
}

export interface HelpRow {
  /** As it is typed. */
  readonly words: string;
  readonly meaning?: string;
}

export interface HelpSection {
  readonly title: string;
  readonly rows: readonly HelpRow[];
  /** Lines about all of them. */
  readonly notes?: readonly string[];
}

export const HELP_BEGINNING = 'A command comes first, then its options.';

export const HELP_SECTIONS: readonly HelpSection[] = [
  {
    title: 'Virtual services',
    rows: [
      row('-A, --add-service SERVICE [-s SCHEDULER] [-p [SECONDS]] [-M MASK] [-o] [--pe ENGINE] [-b FLAGS]'),
      row('-E, --edit-service SERVICE ...', 'what is not given goes back to its default'),
      row('-D, --delete-service SERVICE'),
      row('-C, --clear', 'delete all services'),
    ],
  },
  {
    title: 'Real servers',
    rows: [
      row('-a, --add-server SERVICE -r HOST[:PORT] [-g|-i|-m] [-w WEIGHT] [-x CONNECTIONS] [-y CONNECTIONS] [tunnel]'),
      row('-e, --edit-server SERVICE -r HOST[:PORT] ...', 'what is not given goes back to its default'),
      row('-d, --delete-server SERVICE -r HOST[:PORT]'),
    ],
  },
  {
    title: 'Everything',
    rows: [
      row('-L, -l, --list [SERVICE] [-n] [columns]', 'services and real servers'),
      row('-L -c, --connection [-n]', 'connections'),
      row('-L --timeout | --daemon', 'timeouts; connection synchronisation'),
      row('-Z, --zero [SERVICE]', 'set counters to zero'),
      row('-S, --save [-n]', 'write commands that restore what is there'),
      row('-R, --restore', 'read commands, one a line, from standard input'),
      row('--set TCP TCPFIN UDP', 'timeouts in seconds; 0 leaves one as it is'),
      row('--start-daemon, --stop-daemon {master|backup}', 'connection synchronisation: noted, but none is done yet'),
      row('-h, --help', 'this'),
      row('-v, --version', 'whose language is spoken, and by whom'),
    ],
  },
  {
    title: 'SERVICE is one of',
    rows: [
      row('-t, --tcp-service HOST[:PORT]'),
      row('-u, --udp-service HOST[:PORT]'),
      row('--sctp-service HOST[:PORT]'),
      row('-f, --fwmark-service MARK [-6, --ipv6]', 'of IPv6 with -6'),
    ],
    notes: ['An IPv6 address with a port stands in brackets: [2001:db8::1]:80'],
  },
  {
    title: 'Options',
    rows: [
      row('-s, --scheduler NAME', 'rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh; wlc if not given'),
      row('-b, --sched-flags FLAGS', 'with commas: sh-fallback sh-port mh-fallback mh-port flag-1 flag-2 flag-3'),
      row('-p, --persistent [SECONDS]', 'a client stays with its real server; 360 if no number is given'),
      row('-M, --netmask MASK', 'clients of one network (IPv4: mask, IPv6: prefix length) count as one'),
      row('-o, --ops', 'schedule each UDP packet by itself'),
      row('--pe ENGINE', 'what persistence goes by beside the client: sip, its Call-ID'),
      row('-r, --real-server HOST[:PORT]', 'without a port, that of the service before it'),
      row('-g, --gatewaying', 'direct routing (the default)'),
      row('-i, --ipip', 'tunnelling'),
      row('-m, --masquerading', 'NAT'),
      row('-w, --weight N', 'share of new connections; 0 quiesces; 1 if not given'),
      row('-x, --u-threshold N', 'upper threshold of connections'),
      row('-y, --l-threshold N', 'lower threshold of connections'),
      row('--tun-type ipip|gue|gre', 'what tunnelling wraps packets in; ipip if not given'),
      row('--tun-port PORT', "gue's"),
      row('--tun-nocsum | --tun-csum | --tun-remcsum', 'checksum of the outer header'),
    ],
  },
  {
    title: 'Columns of a listing',
    rows: [
      row('--stats', 'what passed since -Z'),
      row('--rate', 'the same a second'),
      row('--thresholds', 'upper and lower threshold'),
      row('--persistent-conn', 'persistence templates'),
      row('--tun-info', 'tunnels'),
      row('--exact', 'do not shorten large numbers'),
      row('--nosort', 'in the order in which they are kept (--sort does nothing)'),
      row('-n, --numeric', 'addresses and ports in numbers'),
    ],
  },
  {
    title: 'Options of the synchronisation daemon',
    rows: [
      row('--syncid N', '0 to 255'),
      row('--sync-maxlen BYTES', 'longest message'),
      row('--mcast-interface NAME', 'where messages are sent'),
      row('--mcast-group ADDRESS', 'to which group'),
      row('--mcast-port PORT', 'and port'),
      row('--mcast-ttl N', '1 to 255'),
    ],
  },
];

function row(words: string, meaning?: string): HelpRow {
  return { words, ...(meaning !== undefined && { meaning }) };
}

export const HELP = [HELP_BEGINNING, ...HELP_SECTIONS.map(sectionText)].join('\n\n') + '\n';

function sectionText({ title, rows, notes = [] }: HelpSection): string {
  const width = Math.max(...rows.filter(({ meaning }) => meaning !== undefined).map(({ words }) => words.length), 0);
  const lines = rows.map(({ words, meaning = '' }) => `  ${words.padEnd(width)}  ${meaning}`.trimEnd());
  return [title, ...lines, ...notes.map((note) => `  ${note}`)].join('\n');
}
