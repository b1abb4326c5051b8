// SPDX-License-Identifier: Apache-2.0
/** The transition tables of ip_vs_proto_tcp.c: without and with secure_tcp. */

const STATES = {
  NO: 'NONE',
  ES: 'ESTABLISHED',
  SS: 'SYN_SENT',
  SR: 'SYN_RECV',
  FW: 'FIN_WAIT',
  TW: 'TIME_WAIT',
  CL: 'CLOSE',
  CW: 'CLOSE_WAIT',
  LA: 'LAST_ACK',
  LI: 'LISTEN',
  SA: 'SYNACK',
} as const;

type Short = keyof typeof STATES;
export type TcpState = (typeof STATES)[Short];

/** What the director sees of a connection: the client's side of two, the real server's, or the client's alone. */
export type Side = 'input' | 'output' | 'input only';
type Event = 'SYN' | 'FIN' | 'ACK' | 'RST';

const COLUMNS = Object.keys(STATES) as Short[];

type Table = Readonly<Record<Side, Readonly<Record<Event, string>>>>;

const USUAL: Table = {
  input: {
    SYN: 'SR ES ES SR SR SR SR SR SR SR SR',
    FIN: 'CL CW SS TW TW TW CL CW LA LI TW',
    ACK: 'ES ES SS ES FW TW CL CW CL LI ES',
    RST: 'CL CL CL SR CL CL CL CL LA LI SR',
  },
  output: {
    SYN: 'SS ES SS SR SS SS SS SS SS LI SR',
    FIN: 'TW FW SS TW FW TW CL TW LA LI TW',
    ACK: 'ES ES SS ES FW TW CL CW LA ES ES',
    RST: 'CL CL SS CL CL TW CL CL CL CL CL',
  },
  'input only': {
    SYN: 'SR ES ES SR SR SR SR SR SR SR SR',
    FIN: 'CL FW SS TW FW TW CL CW LA LI TW',
    ACK: 'ES ES SS ES FW TW CL CW CL LI ES',
    RST: 'CL CL CL SR CL CL CL CL LA LI CL',
  },
};

const SECURE: Table = {
  input: {
    SYN: 'SR ES ES SR SR SR SR SR SR SR SA',
    FIN: 'CL CW SS TW TW TW CL CW LA LI SA',
    ACK: 'ES ES SS SR FW TW CL CW CL LI SA',
    RST: 'CL CL CL SR CL CL CL CL LA LI CL',
  },
  output: {
    SYN: 'SS ES SS SA SS SS SS SS SS LI SA',
    FIN: 'TW FW SS TW FW TW CL TW LA LI TW',
    ACK: 'ES ES SS ES FW TW CL CW LA ES ES',
    RST: 'CL CL SS CL CL TW CL CL CL CL CL',
  },
  'input only': {
    SYN: 'SA ES ES SR SA SA SA SA SA SA SA',
    FIN: 'CL FW SS TW FW TW CL CW LA LI TW',
    ACK: 'ES ES SS ES FW TW CL CW CL LI ES',
    RST: 'CL CL CL SR CL CL CL CL LA LI CL',
  },
};

/** The first of them that is among the flags decides. */
const BY_RANK: readonly Event[] = ['RST', 'SYN', 'FIN', 'ACK'];

export function nextTcpState(state: TcpState, flags: readonly string[], side: Side, isSecure: boolean): TcpState {
  const event = BY_RANK.find((each) => flags.includes(each));
  if (!event) return 'CLOSE';
  const row = (isSecure ? SECURE : USUAL)[side][event].split(' ') as Short[];
  return STATES[row[COLUMNS.findIndex((each) => STATES[each] === state)]!];
}

const ACTIVE: readonly TcpState[] = ['ESTABLISHED', 'SYN_SENT', 'SYN_RECV', 'SYNACK'];

export function isActive(state: string): boolean {
  return (ACTIVE as readonly string[]).includes(state);
}
