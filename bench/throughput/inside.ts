// SPDX-License-Identifier: Apache-2.0
/** Sends and measures: sites in, samples out, as JSON. Another process than the one that built the sites and takes them down. */
import { Host } from '../../test/support/host.js';
import { Ends } from './ends.js';
import { sampleHttp } from './http.js';
import type { Order, Samples } from './index.js';
import { LOADS, canCarry, sample } from './packets.js';
import { sampleRate } from './scaling.js';
import type { Site } from './sites.js';

/** Ways that balance connections, not packets. */
const FOR_HTTP_ONLY = new Set(['haproxy', 'nginx']);
const NOT_FOR_HTTP = new Set(['dr', 'tun']);
const SCALED = new Set(['forwarding', 'nftables', 'nat', 'dr', 'tun']);

function progress(text: string): void {
  process.stderr.write(`== ${text}\n`);
}

function endsOf({ prefix, scratch, kind, pins }: Site): Ends {
  const host = (name: string) => new Host(name, `${prefix}-${name}`, scratch);
  return new Ends(host('client'), host('server'), kind, pins);
}

class Collection {
  readonly samples: Samples = { packets: [], http: [], rates: [] };
  readonly #ends: ReadonlyMap<Site, Ends>;

  constructor(private readonly order: Order) {
    this.#ends = new Map(order.sites.map((site) => [site, endsOf(site)]));
  }

  async repeat(): Promise<void> {
    for (const [site, ends] of this.#ends) {
      if (!FOR_HTTP_ONLY.has(site.way)) await this.#packets(site, ends);
      if (!NOT_FOR_HTTP.has(site.way)) {
        const ns = await sampleHttp(site, this.order.requests);
        this.samples.http.push({ way: site.way, kind: site.kind, ns });
      }
    }
  }

  async #packets(site: Site, ends: Ends): Promise<void> {
    for (const load of LOADS.filter((load) => canCarry(site, load))) {
      const packets = load.flows === 'new' ? this.order.newFlows : this.order.packets;
      const { ns, delivered } = await sample(site, ends, load, packets);
      this.samples.packets.push({ way: site.way, kind: site.kind, load: load.key, ns, delivered });
    }
  }

  async scale(): Promise<void> {
    for (const [site, ends] of this.#ends) {
      if (!SCALED.has(site.way)) continue;
      for (const cpus of [1, 2]) {
        const rate = await sampleRate(site, ends, cpus, 10_000, 3 * this.order.packets);
        this.samples.rates.push({ way: site.way, cpus, rate });
      }
    }
  }
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const collection = new Collection(order);
for (let repetition = 0; repetition < order.repetitions; repetition++) {
  progress(`repetition ${repetition + 1} of ${order.repetitions}`);
  await collection.repeat();
  await collection.scale();
}
process.stdout.write(JSON.stringify(collection.samples));
