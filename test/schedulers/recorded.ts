// SPDX-License-Identifier: Apache-2.0
/** What Linux 6.1's IPVS picked, as tools/sched_reference.ts writes it down. */
import { readFileSync } from 'node:fs';

export interface Recorded {
  /** Of the recording, such as seq-wlc. */
  readonly file: string;
  readonly name: string;
  readonly steps: readonly Step[];
}

export type Step =
  | { readonly kind: 'command'; readonly line: string }
  | {
      readonly kind: 'open' | 'close' | 'reset';
      readonly protocol: 'tcp' | 'udp';
      readonly virtual: string;
      readonly clients: readonly Client[];
    };

export interface Client {
  /** Address and port. */
  readonly client: string;
  /** `rs3`, `none`; of a connection that is opened. */
  readonly pick: string | undefined;
}

interface Written {
  readonly file: string;
  readonly name: string;
  readonly steps: readonly string[];
}

/** The working directory of tests is the project's. */
export const RECORDED: readonly Recorded[] = (
  JSON.parse(readFileSync('test/reference/sched.json', 'utf8')) as Written[]
).map(({ steps, ...scenario }) => ({ ...scenario, steps: steps.map(stepOf) }));

export function schedulerOf({ file }: Recorded): string {
  return file.split('-')[1]!;
}

function stepOf(text: string): Step {
  if (text.startsWith('ipvsadm ')) return { kind: 'command', line: text.slice('ipvsadm '.length) };
  const [kind, protocol, virtual, ...clients] = text.split(' ') as ['open' | 'close' | 'reset', 'tcp' | 'udp', string];
  return { kind, protocol, virtual, clients: clients.map(clientOf) };
}

function clientOf(text: string): Client {
  const [client, pick] = text.split('=') as [string, string | undefined];
  return { client, pick };
}
