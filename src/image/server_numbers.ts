// SPDX-License-Identifier: Apache-2.0
import type { Endpoint } from '../model/requests.js';
import type { ServiceKey } from '../model/types.js';
import { ServerBook } from './server_book.js';
import { ServiceBook } from './service_book.js';
import { serviceKeyText } from './service_key.js';
import type { Snapshot } from './snapshot.js';

/** Finds the numbers by which connections know real servers, removed ones too. */
export class ServerNumbers {
  readonly #services: ServiceBook;
  readonly #servers: ServerBook;

  constructor(snapshot: Snapshot) {
    this.#services = new ServiceBook(snapshot);
    this.#servers = new ServerBook(snapshot);
  }

  find(key: ServiceKey, server: Endpoint): number | undefined {
    const service = this.#services.find(serviceKeyText(key));
    return service === undefined ? undefined : this.#servers.find(service, server);
  }
}
