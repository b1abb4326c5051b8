// SPDX-License-Identifier: Apache-2.0
/**
 * Prometheus' text format, printed by prom-client. A page of 1,000 services of ten real servers is 22 MB, so it is printed
 * some samples at a time while it is sent: nothing holds it whole.
 *
 * prom-client is given each family's values as they are. Its `set` and `inc` hash a value's labels to find it again, which takes
 * most of the time of such a page; in a page made afresh nothing needs finding again.
 */
import { Counter, Gauge, Registry } from 'prom-client';

import type { Family, FamilyHeader, Sample } from './families/family.js';
import type { Look } from './look.js';

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Samples that are printed together. */
const BATCH = 500;

/** Families without samples are left out: prom-client would make a 0 of one that has no labels. */
export async function* expose(families: readonly Family[], told: Look): AsyncGenerator<string> {
  for (const family of families) {
    let isFirst = true;
    for (const batch of batchesOf(family.samples(told))) {
      const text = await printed(family, batch);
      yield isFirst ? text : withoutHeading(text);
      isFirst = false;
    }
    if (!isFirst) yield '\n';
  }
}

/** A family of its own, at the page's end. */
export function exposeOne(family: FamilyHeader, sample: Sample): Promise<string> {
  return printed(family, [sample]);
}

function* batchesOf(samples: Iterable<Sample>): Generator<Sample[]> {
  let batch: Sample[] = [];
  for (const sample of samples) {
    if (batch.push(sample) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** HELP and TYPE stand once on the page. */
function withoutHeading(text: string): string {
  return text.slice(text.indexOf('\n', text.indexOf('\n') + 1) + 1);
}

function printed(family: FamilyHeader, samples: readonly Sample[]): Promise<string> {
  const registry = new Registry();
  const values = samples.map((sample) => valueOf(family.name, sample));
  if (family.type === 'counter') new ToldCounter(family, values, registry);
  else new ToldGauge(family, values, registry);
  return registry.metrics();
}

/** What prom-client prints a line of. */
interface Value {
  readonly value: number;
  readonly labels: Readonly<Record<string, never>>;
  readonly sharedLabels: Readonly<Record<string, never>>;
  /** In place of the family's, as a histogram's buckets have: here with the labels, which are written out already. */
  readonly metricName: string;
}

const NO_LABELS = {};

function valueOf(name: string, [labels, value]: Sample): Value {
  const metricName = labels === '' ? name : `${name}{${labels}}`;
  return { value: Number(value), labels: NO_LABELS, sharedLabels: NO_LABELS, metricName };
}

class ToldCounter extends Counter {
  constructor(
    family: FamilyHeader,
    readonly values: Value[],
    registry: Registry,
  ) {
    super({ name: family.name, help: family.help, labelNames: family.labels, registers: [registry] });
  }

  override async get() {
    return { ...(await super.get()), values: this.values };
  }
}

class ToldGauge extends Gauge {
  constructor(
    family: FamilyHeader,
    readonly values: Value[],
    registry: Registry,
  ) {
    super({ name: family.name, help: family.help, labelNames: family.labels, registers: [registry] });
  }

  override async get() {
    return { ...(await super.get()), values: this.values };
  }
}
