// SPDX-License-Identifier: Apache-2.0
import { atPeer, ofEachAttached } from './by_interface.js';

/** Packets joined by the NIC are larger than any that may be sent on. */
export const largeReceive = ofEachAttached(({ name, offloads }) =>
  offloads.lro
    ? {
        severity: 'fault',
        what: `${name} joins received packets (LRO), and joined packets cannot be forwarded`,
        mend: `ethtool -K ${name} lro off`,
      }
    : undefined,
);

/**
 * A veth carries packets of local sockets before their checksum is computed, and native XDP does not see that: a
 * rewritten packet then leaves with half a checksum.
 */
export const partialChecksums = ofEachAttached(({ name, xdp, peer }) =>
  xdp === 'native' && peer?.offloads.txChecksum
    ? {
        severity: 'fault',
        what: `${peer.name}, the other end of ${name}, leaves checksums to its device, so rewritten packets are wrong`,
        mend: atPeer(peer, `ethtool -K ${peer.name} tx off`),
      }
    : undefined,
);

/** A veth takes redirected frames only when its receiving end polls (NAPI), which GRO or an XDP program turns on. */
export const peerWithoutNapi = ofEachAttached(({ name, xdp, peer }) =>
  xdp === 'native' && peer && peer.offloads.gro === false && !peer.hasXdp
    ? {
        severity: 'fault',
        what: `${peer.name}, the other end of ${name}, has neither GRO nor an XDP program, so it loses every frame that XDP sends`,
        mend: atPeer(peer, `ethtool -K ${peer.name} gro on`),
      }
    : undefined,
);
