// SPDX-License-Identifier: Apache-2.0
/** Plays connections at the real object; each answers which real server got it: `rs3`, or `none`. */
import type { Director } from '../support/director.js';
import { ethernet, parseFrame, tcp, udp } from '../support/frames.js';
import { FROM_CLIENT, serverOf } from '../packets/scene.js';

export class Player {
  constructor(
    readonly director: Director,
    readonly virtual: string,
  ) {}

  open(client: string): string {
    const picked = this.#pickOf(tcp(client, this.virtual, 'SYN'));
    if (picked !== 'none') this.#send(tcp(client, this.virtual, 'ACK'));
    return picked;
  }

  openDatagram(client: string): string {
    return this.#pickOf(udp(client, this.virtual, ''));
  }

  close(client: string): void {
    this.#send(tcp(client, this.virtual, 'FIN ACK'));
  }

  reset(client: string): void {
    this.#send(tcp(client, this.virtual, 'RST ACK'));
  }

  #pickOf(packet: Buffer): string {
    const { outcome, frame } = this.director.receive(ethernet(packet, FROM_CLIENT));
    if (outcome === 'NO_REAL_SERVER') return 'none';
    if (!outcome.startsWith('FORWARDED_')) throw new Error(`${outcome} is no pick`);
    return `rs${serverOf(parseFrame(frame).to)}`;
  }

  #send(packet: Buffer): void {
    this.director.receive(ethernet(packet, FROM_CLIENT));
  }
}
