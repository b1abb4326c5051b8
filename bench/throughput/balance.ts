// SPDX-License-Identifier: Apache-2.0
/** Sets a director up for its way to balance, as a user would. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Host } from '../../test/support/host.js';
import { ECHO_PORT, SINK_PORT } from './ends.js';
import type { Way } from './sites.js';
import { SERVERS, VIP } from './sites.js';

const HTTP_PORT = 80;

export async function balance(director: Host, way: Way): Promise<void> {
  switch (way) {
    case 'nftables':
      return balanceWithNftables(director);
    case 'nat':
    case 'dr':
    case 'tun':
      return balanceWithXdpvs(director, { nat: '-m', dr: '-g', tun: '-i' }[way]);
    case 'haproxy':
      await director.ok(`haproxy -D -f ${writeHaproxy(director)}`);
      return;
    case 'nginx':
      await director.ok(`nginx -c ${writeNginx(director)}`);
      return;
    default:
      return;
  }
}

async function balanceWithXdpvs(director: Host, method: string): Promise<void> {
  await director.ok('xdpvs attach eth0 eth1');
  const services = [`-u ${VIP}:${ECHO_PORT}`, `-u ${VIP}:${SINK_PORT}`, `-t ${VIP}:${HTTP_PORT}`];
  const port = (service: string) => service.slice(service.lastIndexOf(':') + 1);
  const lines = services.flatMap((service) => [
    `-A ${service} -s rr`,
    ...SERVERS.map((server) => `-a ${service} -r ${server}:${port(service)} ${method}`),
  ]);
  const path = join(director.scratch, 'services');
  writeFileSync(path, `${lines.join('\n')}\n`);
  await director.ok(`xdpvsadm -R < ${path}`);
}

async function balanceWithNftables(director: Host): Promise<void> {
  const path = join(director.scratch, 'nftables');
  const servers = SERVERS.map((server, index) => `${index} : ${server}`).join(', ');
  const dnat = `dnat to numgen inc mod ${SERVERS.length} map { ${servers} }`;
  writeFileSync(
    path,
    `table ip balance {
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip daddr ${VIP} udp dport { ${ECHO_PORT}, ${SINK_PORT} } ${dnat}
    ip daddr ${VIP} tcp dport ${HTTP_PORT} ${dnat}
  }
}
`,
  );
  await director.ok(`nft -f ${path}`);
  // Flows of earlier repetitions make room for new ones.
  await director.ok(
    'sysctl -qw net.netfilter.nf_conntrack_udp_timeout=5 net.netfilter.nf_conntrack_udp_timeout_stream=5',
  );
}

function writeHaproxy(director: Host): string {
  const path = join(director.scratch, 'haproxy.cfg');
  const servers = SERVERS.map((server, index) => `  server rs${index} ${server}:${HTTP_PORT}`).join('\n');
  const timeouts = '  timeout connect 5s\n  timeout client 30s\n  timeout server 30s';
  writeFileSync(
    path,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode tcp
${timeouts}
listen web
  bind ${VIP}:${HTTP_PORT}
  balance roundrobin
${servers}
`,
  );
  return path;
}

function writeNginx(director: Host): string {
  const own = (name: string): string => join(director.scratch, name);
  const path = own('stream.conf');
  const servers = SERVERS.map((server) => `    server ${server}:${HTTP_PORT};`).join('\n');
  writeFileSync(
    path,
    `load_module modules/ngx_stream_module.so;
worker_processes 1;
pid ${own('stream.pid')};
error_log ${own('stream.log')};
events { worker_connections 4096; }
stream {
  upstream web {
${servers}
  }
  server {
    listen ${VIP}:${HTTP_PORT};
    proxy_pass web;
  }
}
`,
  );
  return path;
}
