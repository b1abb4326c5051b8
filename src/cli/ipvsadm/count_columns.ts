// SPDX-License-Identifier: Apache-2.0
import type { Counts, Rates } from './backend.js';
import { exactCount, shortCount } from './count_text.js';

type CountText = (count: bigint) => string;

export function countColumns(counts: Counts, text: CountText): string {
  return columns(counts, text, text);
}

/** ipvsadm never shortens a real server's connections and packets a second, and does so for a service. */
export function rateColumns(rates: Rates, ofServer: boolean, text: CountText): string {
  const whole = {
    connections: wholeRate(rates.connections),
    inPackets: wholeRate(rates.inPackets),
    outPackets: wholeRate(rates.outPackets),
    inBytes: wholeRate(rates.inBytes),
    outBytes: wholeRate(rates.outBytes),
  };
  return columns(whole, ofServer ? exactCount : text, text);
}

export function countText(exact: boolean): CountText {
  return exact ? exactCount : shortCount;
}

function columns(counts: Counts, number: CountText, bytes: CountText): string {
  const { connections, inPackets, outPackets, inBytes, outBytes } = counts;
  return [number(connections), number(inPackets), number(outPackets), bytes(inBytes), bytes(outBytes)].join('');
}

function wholeRate(rate: number): bigint {
  return BigInt(Math.trunc(rate));
}
