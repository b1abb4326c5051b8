// SPDX-License-Identifier: Apache-2.0
import { INTERFACE_SERVICE_TAG } from '../../src/abi/generated.js';
import { MAC, directorTest } from '../support/director.js';
import { ethernet, ip, tcp, udp } from '../support/frames.js';
import { assertSent } from '../support/seen.js';
import { FAMILIES, FROM_CLIENT, TO_CLIENT, fromServer, services, toServer } from './scene.js';

const test = directorTest();

/** Under which tags a frame comes and goes; the outer of two first, priority bits within. */
const TAGS: readonly (readonly number[])[] = [[], [7], [0x6007], [100, 7]];

/** The interface whose frames bear them. Of two tags the outer one is the provider's. */
function tagged([outerVlan = 0, innerVlan = 0]: readonly number[]) {
  return { outerVlan, innerVlan, flags: innerVlan === 0 ? 0 : INTERFACE_SERVICE_TAG };
}

for (const { family, client, virtual, real, moved, farm, realAddress, protocol } of FAMILIES) {
  for (const came of TAGS) {
    for (const goes of TAGS) {
      const name = `${family}: from VLAN [${came.join(' ')}] to VLAN [${goes.join(' ')}]`;

      test(`NAT, ${name} and back`, services(virtual, moved, '-m'), (director) => {
        director.changeInterface('farm', tagged(goes));
        const request = ethernet(udp(client, virtual, 'hello'), { ...FROM_CLIENT, vlans: came });
        const atServer = ethernet(udp(client, moved, 'hello', { ttl: 63 }), { ...toServer(), vlans: goes });
        assertSent(director.receive(request), 'FORWARDED_MASQUERADE', atServer);

        director.changeInterface('lan', tagged(came));
        const reply = ethernet(udp(moved, client, 'hello'), { ...fromServer(), vlans: goes });
        const atClient = ethernet(udp(virtual, client, 'hello', { ttl: 63 }), { ...TO_CLIENT, vlans: came });
        assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
      });

      test(`DR, ${name}`, services(virtual, real, '-g'), (director) => {
        director.changeInterface('farm', tagged(goes));
        const request = ethernet(tcp(client, virtual, 'SYN'), { ...FROM_CLIENT, vlans: came });
        const atServer = ethernet(tcp(client, virtual, 'SYN', { ttl: 63 }), { ...toServer(), vlans: goes });
        assertSent(director.receive(request), 'FORWARDED_DIRECT_ROUTE', atServer);
      });

      test(`TUN, ${name}`, services(virtual, real, '-i'), (director) => {
        director.changeInterface('farm', tagged(goes));
        const request = ethernet(tcp(client, virtual, 'SYN'), { ...FROM_CLIENT, vlans: came });
        const inner = tcp(client, virtual, 'SYN', { ttl: 63 });
        const outer = ip({ source: farm, destination: realAddress, ttl: 63, id: 0 }, protocol, inner);
        assertSent(director.receive(request), 'FORWARDED_TUNNEL', ethernet(outer, { ...toServer(), vlans: goes }));
      });
    }
  }

  const far = family === 'IPv4' ? '203.0.113.9:40001' : '[2001:db8::9]:40001';

  test(
    `NAT, ${family}: a reply to a client without a route goes back where the request came from`,
    services(virtual, moved, '-m'),
    (director) => {
      director.receive(ethernet(udp(far, virtual, 'hello'), FROM_CLIENT));
      const reply = ethernet(udp(moved, far, 'hello'), fromServer());
      const atClient = ethernet(udp(virtual, far, 'hello', { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    },
  );

  const absent = family === 'IPv4' ? '10.1.0.99:40001' : '[fd01::99]:40001';

  test(
    `NAT, ${family}: a reply to a client whose neighbour is unknown has the tags of its route`,
    services(virtual, moved, '-m'),
    (director) => {
      director.routeOverVlan('lan', 7);
      director.receive(ethernet(udp(absent, virtual, 'hello'), { ...FROM_CLIENT, vlans: [7] }));
      const reply = ethernet(udp(moved, absent, 'hello'), fromServer());
      const atClient = ethernet(udp(virtual, absent, 'hello', { ttl: 63 }), { ...TO_CLIENT, vlans: [7] });
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    },
  );

  const elsewhere = family === 'IPv4' ? '192.168.1.99:40001' : '[fd02::99]:40001';

  test(
    `NAT, ${family}: a reply does not leave by a device on which its client's neighbour is unknown`,
    services(virtual, moved, '-m'),
    (director) => {
      director.receive(ethernet(udp(elsewhere, virtual, 'hello'), FROM_CLIENT));
      const reply = ethernet(udp(moved, elsewhere, 'hello'), fromServer());
      const atClient = ethernet(udp(virtual, elsewhere, 'hello', { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    },
  );

  test(
    `NAT, ${family}: a reply takes the client's new way when the route has changed`,
    services(virtual, moved, '-m'),
    (director) => {
      director.receive(ethernet(udp(client, virtual, 'hello'), { to: MAC.lan, from: '02:00:00:00:01:77' }));
      const reply = ethernet(udp(moved, client, 'hello'), fromServer());
      const atClient = ethernet(udp(virtual, client, 'hello', { ttl: 63 }), TO_CLIENT);
      assertSent(director.receive(reply, 'farm'), 'REPLIED_MASQUERADE', atClient);
    },
  );
}
