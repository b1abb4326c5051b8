// SPDX-License-Identifier: Apache-2.0
import { JSON_OPTION, command } from './command.js';

export const MARK = command({
  name: 'mark',
  summary: 'which packets get which firewall mark, for services of marks (xdpvsadm -A -f)',
  details: [
    'XDP sees packets before netfilter does, so what iptables would mark is marked here, by rules in the same words: ' +
      '`xdpvs mark -A PREROUTING -t mangle …` or `xdpvs mark add …`. -A adds at the end, -I [NUMBER] inserts, -D RULE or ' +
      '-D NUMBER deletes, -C RULE looks for one, -F deletes all, -L (or nothing) lists, -S lists as commands, -Z [NUMBER] sets ' +
      'counts to zero.',
    'A rule has -s and -d ADDRESS[/LENGTH], -p tcp, udp or sctp, --sport, --dport PORT or FIRST:LAST, -m multiport --sports, ' +
      '--dports with up to 15 of them, -i INTERFACE, -4 or -6, each but the last two after ! to turn it round, and ' +
      '-j MARK --set-mark VALUE[/MASK] (or --set-xmark, --and-mark, --or-mark, --xor-mark).',
    'All rules are gone through, and the last that matches has the last word. Only a packet that could begin a connection is ' +
      'looked at, so that is what is counted; the rest follow their connection. There is room for 1024 rules. Rules for ' +
      'networks of more than 1024 addresses, or without -d, make every packet of the host be looked at more closely.',
  ],
  examples: [
    [
      'xdpvs mark -A PREROUTING -t mangle -d 192.0.2.80 -p tcp -m multiport --dports 80,443 -j MARK --set-mark 1',
      'web and TLS of one address, as iptables is told',
    ],
    ['xdpvsadm -A -f 1 -s wlc -p 300', 'one service of both'],
    ['xdpvs mark -D 1', 'deletes the first rule'],
  ],
  options: {
    append: { type: 'boolean', describe: '(-A) add a rule at the end' },
    insert: {
      type: 'string',
      value: '[NUMBER]',
      describe: '(-I) add a rule in front, or before the one of this number',
    },
    delete: { type: 'string', value: 'RULE|NUMBER', describe: '(-D) delete a rule' },
    check: { type: 'boolean', describe: '(-C) exit 0 if there is such a rule, else 1' },
    flush: { type: 'boolean', describe: '(-F) delete all rules' },
    list: { type: 'boolean', describe: '(-L) show rules and counts' },
    'list-rules': { type: 'boolean', describe: '(-S) show rules as commands' },
    zero: { type: 'string', value: '[NUMBER]', describe: '(-Z) counts of one rule, or of all, begin at 0' },
    source: { type: 'string', value: 'NETWORK', describe: '(-s) of the client' },
    destination: { type: 'string', value: 'NETWORK', describe: '(-d) what the client asked for' },
    protocol: { type: 'string', value: 'PROTOCOL', describe: '(-p) tcp, udp or sctp' },
    'in-interface': {
      type: 'string',
      value: 'INTERFACE',
      describe: '(-i) by which it came in',
      completes: 'interface',
    },
    sport: { type: 'string', value: 'PORT', describe: 'or --sports with -m multiport' },
    dport: { type: 'string', value: 'PORT', describe: 'or --dports with -m multiport' },
    'set-mark': { type: 'string', value: 'VALUE[/MASK]', describe: 'after -j MARK' },
    ...JSON_OPTION,
  },
  ownWords: true,
  run: async ({ words }, { say }) => {
    const { markCommand } = await import('../mark_command.js');
    return markCommand(words, say);
  },
});
