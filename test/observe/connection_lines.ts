// SPDX-License-Identifier: Apache-2.0
/** Writes struct connection as bpf/abi.h lays it out, by hand, so that readers are held to the header and not to themselves. */

export interface Line {
  readonly tag: number;
  readonly expires: number;
  /** 0x80 is added in a template's. */
  readonly family: 4 | 6 | 0x84 | 0x86;
  /** 4 or 16 bytes. */
  readonly source: readonly number[];
  readonly destination: readonly number[];
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
  readonly state: number;
  readonly flags: number;
  readonly realServer: number;
  readonly peer?: number;
  /** Of a template by SIP. */
  readonly callLength?: number;
}

export function table(lines: readonly (Line | undefined)[]): ArrayBuffer {
  const bytes = new ArrayBuffer(lines.length * 64);
  lines.forEach((line, index) => line && write(new DataView(bytes, index * 64, 64), line));
  return bytes;
}

function write(view: DataView, line: Line): void {
  view.setUint32(0, line.tag, true);
  view.setUint32(4, line.expires >>> 0, true);
  [...line.source, ...line.destination].forEach((byte, index) => view.setUint8(8 + index, byte));
  view.setUint16(40, line.sourcePort, false);
  view.setUint16(42, line.destinationPort, false);
  view.setUint8(44, line.protocol);
  view.setUint8(45, line.family);
  view.setUint8(46, line.state);
  view.setUint8(47, line.flags);
  view.setUint32(48, line.realServer, true);
  view.setUint32(52, line.peer ?? 0, true);
  view.setUint16(62, line.callLength ?? 0, true);
}
