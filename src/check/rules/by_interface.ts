// SPDX-License-Identifier: Apache-2.0
import type { InterfaceFacts, Peer } from '../facts.js';
import { isAttached } from '../facts.js';
import type { Finding, Rule } from '../finding.js';

/** A rule that looks at one attached interface at a time. */
export function ofEachAttached(look: (one: InterfaceFacts) => Finding | undefined): Rule {
  return (facts) =>
    facts.interfaces
      .filter(isAttached)
      .map(look)
      .filter((finding) => finding !== undefined);
}

/** A command as it is typed here to take effect where the peer is. */
export function atPeer({ namespace }: Peer, command: string): string {
  return namespace === undefined ? command : `ip netns exec ${namespace} ${command}`;
}
