// SPDX-License-Identifier: Apache-2.0
import { isAttached } from '../facts.js';
import type { Finding, Rule } from '../finding.js';
import { realAddresses } from '../services.js';

const NAMES = { 4: 'net.ipv4', 6: 'net.ipv6' } as const;

/**
 * The data plane asks the kernel's routing table for a way (bpf_fib_lookup), and the kernel refuses to route what came in
 * by an interface that does not forward.
 */
export const forwarding: Rule = (facts, services) => {
  const families = new Set(realAddresses(services).map(({ family }) => family));
  const findings: Finding[] = [];
  for (const family of families) {
    const attached = facts.interfaces.filter(isAttached);
    const closed = attached.filter((one) => (family === 4 ? one.forwarding4 : one.forwarding6) === false);
    if (closed.length === 0) continue;
    if (closed.length === attached.length) {
      const name = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
      findings.push({
        severity: 'fault',
        what: `IPv${family} forwarding is off, so the kernel gives no route to real servers`,
        mend: `sysctl -w ${name}=1`,
      });
      continue;
    }
    for (const { name } of closed) {
      findings.push({
        severity: 'fault',
        what: `${name} does not forward IPv${family}, so what comes in there gets no route to real servers`,
        mend: `sysctl -w ${NAMES[family]}.conf.${name}.forwarding=1`,
      });
    }
  }
  return findings;
};
