// SPDX-License-Identifier: Apache-2.0
import { formatAddress } from '../../src/model/address.js';
import type { Address, Protocol } from '../../src/model/types.js';
import { HostsFile } from '../../src/cli/ipvsadm/hosts_file.js';
import type { Names } from '../../src/cli/ipvsadm/names.js';
import { ServicesFile } from '../../src/cli/ipvsadm/services_file.js';

const SERVICES = `
domain    53/tcp
domain    53/udp
http      80/tcp   www   # WorldWideWeb HTTP
https    443/tcp
https    443/udp
syslog   514/udp
http-alt 8080/tcp  webcache
amqp    5672/sctp
`;

/** Names from two texts in place of /etc/hosts and /etc/services, and of no resolver. */
export class FileNames implements Names {
  hosts = '';
  readonly #services: ServicesFile;

  constructor(services = SERVICES) {
    this.#services = new ServicesFile(services);
  }

  addressOf(host: string): Address | undefined {
    return new HostsFile(this.hosts).addressOf(host);
  }

  hostOf(address: Address): string | undefined {
    return new HostsFile(this.hosts).hostOf(formatAddress(address));
  }

  portOf(service: string, protocol: Protocol): number | undefined {
    return this.#services.portOf(service, protocol);
  }

  serviceOf(port: number, protocol: Protocol): string | undefined {
    return this.#services.serviceOf(port, protocol);
  }

  prepare(): void {
    // A text needs no preparation.
  }
}
