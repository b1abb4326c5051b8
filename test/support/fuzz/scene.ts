// SPDX-License-Identifier: Apache-2.0
/** The services that fuzzed frames meet: of each forwarding variant one, in both families, for each protocol. */
import { address } from '../frames/addresses.js';

export interface Variant {
  readonly name: string;
  readonly family: 4 | 6;
  readonly virtual: string;
  readonly virtualPort: number;
  readonly real: string;
  readonly realPort: number;
  readonly method: 'nat' | 'direct' | 'tunnel';
  /** Between outer header and packet. */
  readonly shim: number;
  readonly outerProtocol: number;
  /** As ipvsadm takes them. */
  readonly options: string;
  /** Likewise, of the service: with SIP those of UDP. */
  readonly persistence: '' | '-p 300 --pe sip' | '-p 300 --ops --pe sip';
}

const METHODS = [
  ['nat', '-m', 0, 0],
  ['nat', '-m', 0, 0],
  ['direct', '-g', 0, 0],
  ['tunnel', '-i', 0, 0],
  ['tunnel', '-i --tun-type gre', 4, 47],
  ['tunnel', '-i --tun-type gre --tun-csum', 8, 47],
  ['tunnel', '-i --tun-type gue --tun-port 6080', 12, 17],
  ['tunnel', '-i --tun-type gue --tun-port 6080 --tun-csum', 12, 17],
] as const;

/** Behind those of METHODS. */
const SIP = [
  ['nat', '-m', '-p 300 --pe sip'],
  ['direct', '-g', '-p 300 --pe sip'],
  ['nat', '-m', '-p 300 --ops --pe sip'],
] as const;

function sipVariantsOf(family: 4 | 6): Variant[] {
  return SIP.map(([method, options, persistence], index) => {
    const number = METHODS.length + index + 1;
    return {
      name: `IPv${family} ${options} ${persistence}`,
      family,
      virtual: family === 4 ? `10.9.4.${number}` : `fd09:6::${number}`,
      virtualPort: 5060,
      real: family === 4 ? `192.168.1.${number}` : `fd02::${number}`,
      realPort: method === 'nat' ? 5080 : 5060,
      method,
      shim: 0,
      outerProtocol: 0,
      options,
      persistence,
    };
  });
}

/** The second masquerades to another port; the others keep it, as they must. */
function variantsOf(family: 4 | 6, realFamily: 4 | 6): Variant[] {
  return METHODS.flatMap(([method, options, shim, outerProtocol], index) => {
    if (family !== realFamily && method !== 'tunnel') return [];
    const network = family === 4 ? '10.9.' : 'fd09:';
    const joint = family === 4 ? '.' : '::';
    return {
      name: `IPv${family} ${options} to IPv${realFamily}`,
      family,
      virtual: `${network}${realFamily}${joint}${index + 1}`,
      virtualPort: 80,
      real: realFamily === 4 ? `192.168.1.${index + 1}` : `fd02::${index + 1}`,
      realPort: index === 1 ? 8080 : 80,
      method,
      shim,
      outerProtocol: outerProtocol || (family === 4 ? 4 : 41),
      options,
      persistence: '',
    };
  });
}

export const VARIANTS: readonly Variant[] = ([4, 6] as const).flatMap((family) => [
  ...([4, 6] as const).flatMap((realFamily) => variantsOf(family, realFamily)),
  ...sipVariantsOf(family),
]);

/** A service without a real server, whose clients are told so. */
export const EMPTY = { 4: '10.9.4.99', 6: 'fd09:4::99' } as const;

export function endpointOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

const PROTOCOLS = ['-t', '-u', '--sctp-service'] as const;

export const LINES: readonly string[] = PROTOCOLS.flatMap((protocol) => [
  ...VARIANTS.flatMap(({ virtual, virtualPort, real, realPort, options, persistence }) => [
    `-A ${protocol} ${endpointOf(virtual, virtualPort)} -s rr ${protocol === '-u' ? persistence : ''}`.trim(),
    `-a ${protocol} ${endpointOf(virtual, virtualPort)} -r ${endpointOf(real, realPort)} ${options}`,
  ]),
  ...Object.values(EMPTY).map((virtual) => `-A ${protocol} ${endpointOf(virtual, 80)} -s rr`),
]);

export const CAPACITIES = { connections: 4096, servers: 128, services: 128 } as const;

/** How an address is looked for: its bytes as a string. */
export function keyOf(text: string): string {
  return Buffer.from(address(text).bytes).toString('latin1');
}
