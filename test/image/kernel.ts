// SPDX-License-Identifier: Apache-2.0
/**
 * What the kernel does when it schedules by rr and wrr, written down as its linked list and pointer would have it (see
 * ip_vs_rr.c and ip_vs_wrr.c of Linux 6.1), pick by pick and without any table: what images are compared with.
 */
interface Node {
  name: number;
  weight: number;
  next: Node;
  previous: Node;
}

function makeHead(): Node {
  const head = { name: -1, weight: 0 } as Node;
  head.next = head;
  head.previous = head;
  return head;
}

export class KernelService {
  readonly #head = makeHead();
  #pointer = this.#head;
  #asked = 0;
  #step = 1;
  #most = 0;

  constructor(private scheduler: 'rr' | 'wrr') {
    this.#bind();
  }

  bind(scheduler: 'rr' | 'wrr'): void {
    if (scheduler === this.scheduler) return;
    this.scheduler = scheduler;
    this.#bind();
  }

  add(name: number, weight: number): void {
    const node = { name, weight, previous: this.#head, next: this.#head.next };
    node.next.previous = node;
    this.#head.next = node;
    this.#notice();
  }

  edit(name: number, weight: number): void {
    this.#find(name).weight = weight;
    this.#notice();
  }

  delete(name: number): void {
    const node = this.#find(name);
    node.previous.next = node.next;
    node.next.previous = node.previous;
    if (this.scheduler === 'rr' && this.#pointer === node) this.#pointer = node.previous;
    this.#notice();
  }

  schedule(): number | undefined {
    return this.scheduler === 'rr' ? this.#roundRobin() : this.#weightedRoundRobin();
  }

  #roundRobin(): number | undefined {
    let node = this.#pointer;
    for (let heads = 0; heads < 2;) {
      node = node.next;
      if (node === this.#head) heads++;
      else if (node.weight > 0) return this.#picked(node);
    }
    return undefined;
  }

  #weightedRoundRobin(): number | undefined {
    if (this.#most === 0) return undefined;
    for (let node = this.#pointer.next; ; node = node.next) {
      if (node === this.#head) this.#fall();
      else if (node.weight >= this.#asked) return this.#picked(node);
    }
  }

  #fall(): void {
    this.#asked -= this.#step;
    if (this.#asked <= 0) this.#asked = this.#most;
  }

  #picked(node: Node): number {
    this.#pointer = node;
    return node.name;
  }

  #bind(): void {
    this.#pointer = this.#head;
    this.#measure();
    this.#asked = this.#most;
  }

  #notice(): void {
    if (this.scheduler === 'rr') return;
    this.#pointer = this.#head;
    this.#measure();
    if (this.#asked > this.#most || this.#asked === 0) this.#asked = this.#most;
    else if (this.#step > 1) this.#asked = Math.trunc(this.#asked / this.#step) * this.#step + 1;
  }

  #measure(): void {
    let [divisor, largest] = [0, 0];
    for (let node = this.#head.next; node !== this.#head; node = node.next) {
      if (node.weight <= 0) continue;
      largest = Math.max(largest, node.weight);
      for (let rest = node.weight; rest > 0;) [divisor, rest] = [rest, divisor % rest];
    }
    this.#step = divisor === 0 ? 1 : divisor;
    this.#most = largest - (this.#step - 1);
  }

  #find(name: number): Node {
    let node = this.#head.next;
    while (node.name !== name) node = node.next;
    return node;
  }
}
