// SPDX-License-Identifier: Apache-2.0
/** Both sides of FTP's control connection through a director, each saying what it likes. */
import type { Director, Seen } from '../support/director.js';
import { ethernet, tcp } from '../support/frames.js';
import type { TcpFields } from '../support/frames/transport.js';
import { assertSent } from '../support/seen.js';
import { FROM_CLIENT, TO_CLIENT, fromServer, toServer } from './scene.js';

export interface Sides {
  /** Addresses and ports. */
  readonly client: string;
  readonly virtual: string;
  readonly real: string;
}

/** What a segment says, and its numbers. */
export type Said = Pick<TcpFields, 'sequence' | 'acknowledged' | 'tcpOptions' | 'payload' | 'id'>;

export class Talk {
  constructor(
    readonly director: Director,
    readonly sides: Sides,
  ) {}

  /** The handshake. */
  open(): this {
    const { client, virtual, real } = this.sides;
    this.director.receive(ethernet(tcp(client, virtual, 'SYN'), FROM_CLIENT));
    this.director.receive(ethernet(tcp(real, client, 'SYN ACK'), fromServer()), 'farm');
    this.director.receive(ethernet(tcp(client, virtual, 'ACK'), FROM_CLIENT));
    return this;
  }

  fromClient(said: Said, flags = 'PSH ACK'): Seen {
    return this.director.receive(ethernet(tcp(this.sides.client, this.sides.virtual, flags, said), FROM_CLIENT));
  }

  fromServer(said: Said, flags = 'PSH ACK'): Seen {
    return this.director.receive(ethernet(tcp(this.sides.real, this.sides.client, flags, said), fromServer()), 'farm');
  }

  /** The real server gets what the client said, but for `changes`. */
  assertRequest(said: Said, changes: Said = {}, flags = 'PSH ACK'): void {
    const { client, real } = this.sides;
    const arrives = ethernet(tcp(client, real, flags, { ...said, ...changes, ttl: 63 }), toServer());
    assertSent(this.fromClient(said, flags), 'FORWARDED_MASQUERADE', arrives);
  }

  /** The client gets what the real server said, but for `changes`. */
  assertReply(said: Said, changes: Said = {}, flags = 'PSH ACK'): void {
    const { client, virtual } = this.sides;
    const arrives = ethernet(tcp(virtual, client, flags, { ...said, ...changes, ttl: 63 }), TO_CLIENT);
    assertSent(this.fromServer(said, flags), 'REPLIED_MASQUERADE', arrives);
  }
}
