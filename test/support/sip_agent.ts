// SPDX-License-Identifier: Apache-2.0
/**
 * Speaks just enough SIP over UDP. `sip_agent.js serve ADDRESS PORT NAME` says "ready" and answers each INVITE with its name and
 * where that came from; `sip_agent.js call FROM PORT TO PORT CALL-ID SIZE` sends one of at least that size from FROM, again each half
 * second (RFC 3261, 17.1.1.2), and prints what is answered: NAME, where the answer came from, and where the INVITE had come from.
 */
import { createSocket } from 'node:dgram';

const HALF_SECOND_MS = 500;
const TRIES = 10;

const [verb = '', address = '', port = '', ...rest] = process.argv.slice(2);
const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');

function callOf(text: string): string {
  return /^Call-ID: (.*)\r$/m.exec(text)?.[1] ?? '';
}

function serve(name: string): void {
  socket.on('message', (text, from) => {
    const headers = [`Call-ID: ${callOf(text.toString())}`, `Server: ${name}`, `Contact: ${from.address} ${from.port}`];
    socket.send(`SIP/2.0 200 OK\r\n${headers.join('\r\n')}\r\n\r\n`, from.port, from.address);
  });
  socket.bind(Number(port), address, () => console.log('ready'));
}

function invite(call: string, size: number): string {
  const text = (subject: string) =>
    `INVITE sip:bob@example.com SIP/2.0\r\nSubject: ${subject}\r\nCall-ID: ${call}\r\n\r\n`;
  return text('x'.repeat(Math.max(0, size - text('').length)));
}

function call(to: string, toPort: number, id: string, size: number): void {
  let left = TRIES;
  const send = () => (left-- > 0 ? socket.send(invite(id, size), toPort, to) : process.exit(1));
  socket.on('message', (answer, from) => {
    const text = answer.toString();
    if (callOf(text) !== id) return;
    const said = ['Server', 'Contact'].map((header) => new RegExp(`^${header}: (.*)\r$`, 'm').exec(text)?.[1] ?? '');
    console.log([said[0], `${from.address} ${from.port}`, said[1]].join(', '));
    process.exit(0);
  });
  socket.bind(Number(port), address, () => {
    send();
    setInterval(send, HALF_SECOND_MS);
  });
}

if (verb === 'serve') serve(rest[0] ?? '');
else call(rest[0] ?? '', Number(rest[1]), rest[2] ?? '', Number(rest[3]));
