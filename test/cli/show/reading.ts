// SPDX-License-Identifier: Apache-2.0
/** What a director would read of itself, made from the commands that set it up, with numbers that differ everywhere. */
import type { Reading, ServerReading, ServiceReading } from '../../../src/director/observations.js';
import type { State, VirtualService } from '../../../src/model/types.js';
import { Console } from '../console.js';

export function stateOf(...commands: readonly string[]): State {
  const console = new Console();
  for (const line of commands) {
    const { err } = console.type(line);
    if (err !== '') throw new Error(`${line}: ${err}`);
  }
  return console.backend.read();
}

export function readingOf(state: State): Reading {
  let next = 1;
  const measured = () => {
    const first = next;
    next += 10;
    const [connections, inPackets, outPackets, inBytes, outBytes] = [0, 1, 2, 3, 4].map((more) => first + more) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return {
      counts: {
        connections: BigInt(connections),
        inPackets: BigInt(inPackets),
        outPackets: BigInt(outPackets),
        inBytes: BigInt(inBytes),
        outBytes: BigInt(outBytes),
      },
      load: { active: first + 5, inactive: first + 6, persistent: 0 },
      rates: () => ({ connections, inPackets, outPackets, inBytes, outBytes }),
    };
  };
  const serviceReading = (service: VirtualService): ServiceReading => ({
    service,
    ...measured(),
    realServers: service.realServers.map((realServer): ServerReading => ({ realServer, ...measured() })),
  });
  const services = Array.from(state.services, ([id, service]) => [id, serviceReading(service)] as const);
  const marks = (state.marks ?? []).map((rule) => ({ rule, packets: BigInt(next++), bytes: BigInt(next++) }));
  return { state, services: new Map(services), marks };
}
