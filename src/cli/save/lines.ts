// SPDX-License-Identifier: Apache-2.0
/**
 * A state as ipvsadm's commands, as `-S` writes them but for what it loses: thresholds, timeouts, the order in which
 * services and real servers were added, and firewall marks above 2147483647.
 */
import type { RealServer, ServiceKey, State, VirtualService } from '../../model/types.js';
import { markLine } from '../mark/listing.js';
import { addServerWords, addServiceWords, keyWords } from '../ipvsadm/save.js';

/** Each a line, without its end. */
export function saveLines({ services, timeouts, marks = [] }: State): string[] {
  const { tcp, tcpFin, udp } = timeouts;
  return [`--set ${tcp} ${tcpFin} ${udp}`, ...marks.map(markLine), ...[...services.values()].flatMap(serviceLines)];
}

function serviceLines(service: VirtualService): string[] {
  const key = wordsOf(service.key);
  const servers = service.realServers.map((server) => [
    ...addServerWords(service.key, server, key, undefined),
    ...thresholdWords(server),
  ]);
  return [addServiceWords(service, key), ...servers.reverse()].map((words) => words.join(' '));
}

function wordsOf(key: ServiceKey): string[] {
  const words = keyWords(key, undefined);
  return key.kind === 'mark' ? words.with(1, String(key.mark)) : words;
}

function thresholdWords({ upperThreshold, lowerThreshold }: RealServer): string[] {
  return [
    ...(upperThreshold > 0 ? ['-x', String(upperThreshold)] : []),
    ...(lowerThreshold > 0 ? ['-y', String(lowerThreshold)] : []),
  ];
}
