// SPDX-License-Identifier: Apache-2.0
/** What an operator types at random, about the services of one world. */
import { MODULES } from '../schedulers/ipvs/service.js';
import type { Random } from '../image/random.js';

export interface Kind {
  readonly family: 4 | 6;
  readonly method: '-m' | '-g' | '-i';
  /** One port, all of them, or a firewall mark's packets. */
  readonly reach: 'port' | 'all ports' | 'mark';
  readonly isPersistent: boolean;
  /** Of SIP: services with `--pe`, now and then without. */
  readonly hasEngine: boolean;
}

export interface Target {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly ports: readonly number[];
  readonly mark: number;
}

const SERVERS = 6;
const SCHEDULERS = Object.keys(MODULES);
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  sh: ['', ' -b sh-port', ' -b sh-fallback', ' -b sh-port,sh-fallback'],
  mh: ['', ' -b mh-port', ' -b mh-fallback', ' -b mh-port,mh-fallback'],
};
const WEIGHTS = [0, 1, 1, 2, 3, 10];
const MASKS = { 4: ['', ' -M 255.255.255.252', ' -M 255.255.0.255'], 6: ['', ' -M 126', ' -M 64'] };
/** Seconds that no other time of IPVS's comes near to. */
const TIMES = [45, 90, 500];

export class Lines {
  readonly #here = new Map<string, Set<number>>();
  readonly #services: readonly string[];

  constructor(
    readonly number: number,
    readonly kind: Kind,
    readonly random: Random,
  ) {
    this.#services =
      kind.reach === 'mark' ? [`-f ${number}`] : ['-t', '-u'].map((option) => `${option} ${this.#virtual()}`);
  }

  /** Of a rule that marks a mark's packets. */
  static ruleOf(number: number): string {
    return `-d 10.8.${number}.0/24 -j MARK --set-mark ${number}`;
  }

  begin(): string[] {
    this.#here.clear();
    return this.#services.flatMap((service) => [
      this.#service('-A', service),
      ...Array.from({ length: 3 }, () => this.#server(service)),
    ]);
  }

  next(): string {
    const service = this.random.pick(this.#services);
    const choice = this.random.below(12);
    if (!this.#here.has(service)) return this.#service('-A', service);
    if (choice > 2) return this.#server(service);
    if (choice > 0) return this.#service('-E', service);
    this.#here.delete(service);
    return `-D ${service}`;
  }

  target(): Target {
    const protocol = this.random.pick(['tcp', 'udp'] as const);
    const { reach, family } = this.kind;
    if (reach === 'mark')
      return { protocol, address: `10.8.${this.number}.${1 + this.random.below(3)}`, ports: [80], mark: this.number };
    const address = family === 4 ? `10.9.1.${this.number}` : `fd09::1:${this.number.toString(16)}`;
    return { protocol, address, ports: reach === 'port' ? [80] : [80, 443, 8080], mark: 0 };
  }

  client(index: number, port: number): string {
    const { number } = this;
    return this.kind.family === 4
      ? `10.1.${number}.${1 + index}:${port}`
      : `[fd01::${number.toString(16)}:${1 + index}]:${port}`;
  }

  /** Whether a line of a listing is about this world. */
  isOurs(text: string): boolean {
    const { number } = this;
    const hex = number.toString(16);
    return (
      ` ${text}`.includes(` 10.9.1.${number}:`) ||
      text.includes(` [fd09::1:${hex}]:`) ||
      text.includes(` 10.8.${number}.`) ||
      text.includes(` 0.0.0.${number}:`)
    );
  }

  #virtual(): string {
    const port = this.kind.reach === 'port' ? 80 : 0;
    return this.kind.family === 4 ? `10.9.1.${this.number}:${port}` : `[fd09::1:${this.number.toString(16)}]:${port}`;
  }

  #service(command: string, service: string): string {
    if (command === '-A') this.#here.set(service, new Set());
    const scheduler = this.random.pick(SCHEDULERS);
    const flags = this.random.pick(FLAGS[scheduler] ?? ['']);
    const { isPersistent, reach, family } = this.kind;
    const mustPersist = reach === 'all ports';
    const persistence =
      mustPersist || (isPersistent && this.random.below(4) > 0)
        ? ` -p ${this.random.pick(TIMES)}${this.random.pick(MASKS[family])}`
        : '';
    const onePacket = service.startsWith('-t') || this.random.below(4) > 0 ? '' : ' -o';
    const engine = this.kind.hasEngine && this.random.below(4) > 0 ? ' --pe sip' : '';
    return `${command} ${service} -s ${scheduler}${flags}${persistence}${onePacket}${engine}`;
  }

  #server(service: string): string {
    const here = this.#here.get(service)!;
    const number = 1 + this.random.below(SERVERS);
    const address = this.kind.family === 4 ? `192.168.1.${number}` : `[fd02::${number}]`;
    const server = `${service} -r ${address}:${this.#port()}`;
    const settings = `${this.kind.method} -w ${this.random.pick(WEIGHTS)}${this.#thresholds()}`;
    if (!here.has(number)) {
      here.add(number);
      return `-a ${server} ${settings}`;
    }
    if (this.random.below(3) > 0) return `-e ${server} ${settings}`;
    here.delete(number);
    return `-d ${server}`;
  }

  /** Only NAT can have it another than the client's; with SIP it shows whose call it is. */
  #port(): number {
    if (this.kind.reach !== 'port') return 0;
    if (this.kind.method !== '-m') return 80;
    return this.kind.hasEngine ? 7000 + this.number : 8080;
  }

  /** Of a real server of this world, or of what was one or will be. */
  realServer(): string {
    const number = 1 + this.random.below(SERVERS);
    return this.kind.family === 4 ? `192.168.1.${number}:${this.#port()}` : `[fd02::${number}]:${this.#port()}`;
  }

  #thresholds(): string {
    if (this.random.below(3) > 0) return '';
    const upper = 1 + this.random.below(8);
    return ` -x ${upper}${this.random.below(2) > 0 ? ` -y ${this.random.below(upper + 1)}` : ''}`;
  }
}
