// SPDX-License-Identifier: Apache-2.0
/** Answers each datagram with this real server's name: `udp_echo.js ADDRESS PORT NAME`. Says "ready" first. */
import { createSocket } from 'node:dgram';

const [address = '', port = '', name = ''] = process.argv.slice(2);
const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
socket.on('message', (_text, from) => socket.send(`${name}\n`, from.port, from.address));
socket.bind(Number(port), address, () => console.log('ready'));
