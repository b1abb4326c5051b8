// SPDX-License-Identifier: Apache-2.0
import type { Protocol } from '../../model/types.js';
import { rowsOf } from './rows_of.js';

/** The text of /etc/services, see services(5). The first row that fits wins. */
export class ServicesFile {
  /** By `port/protocol`. */
  readonly #services = new Map<string, string>();
  /** By `name/protocol`. */
  readonly #ports = new Map<string, number>();

  constructor(text: string) {
    for (const [name, end = '', ...aliases] of rowsOf(text)) {
      const [port, protocol] = end.split('/');
      if (name === undefined || protocol === undefined) continue;
      if (!this.#services.has(end)) this.#services.set(end, name);
      for (const known of [name, ...aliases]) this.#addPort(`${known}/${protocol}`, Number(port));
    }
  }

  portOf(service: string, protocol: Protocol): number | undefined {
    return this.#ports.get(`${service}/${protocol}`);
  }

  serviceOf(port: number, protocol: Protocol): string | undefined {
    return this.#services.get(`${port}/${protocol}`);
  }

  #addPort(key: string, port: number): void {
    if (!this.#ports.has(key)) this.#ports.set(key, port);
  }
}
