// SPDX-License-Identifier: Apache-2.0
/**
 * `udp_mirror.js serve ADDRESS PORT` sends each datagram back as it came; says "ready" first. `udp_mirror.js ask ADDRESS PORT
 * SIZE` sends one of SIZE bytes and prints how many of them came back right within two seconds.
 */
import { createSocket } from 'node:dgram';

const [verb, address = '', port = '', size = '0'] = process.argv.slice(2);
const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');

if (verb === 'serve') {
  socket.on('message', (data, from) => socket.send(data, from.port, from.address));
  socket.bind(Number(port), address, () => console.log('ready'));
} else {
  const sent = Buffer.from(Array.from({ length: Number(size) }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
  const end = (count: number) => {
    console.log(count);
    socket.close();
    clearTimeout(timer);
  };
  const timer = setTimeout(() => end(0), 2000);
  socket.on('message', (data) => end(data.equals(sent) ? data.length : -1));
  socket.send(sent, Number(port), address);
}
