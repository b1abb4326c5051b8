// SPDX-License-Identifier: Apache-2.0
/** Short HTTP connections: one request each, many at once, by curl. */
import { must } from '../../test/support/shell.js';
import { Processor } from './processor.js';
import type { Site } from './sites.js';

const AT_ONCE = 32;
/** curl's own progress would be a good part of what it does. */
const CURL = `curl -sS -f -0 -Z --parallel-immediate --parallel-max ${AT_ONCE} -o /dev/null`;

/** ns of CPU time a request: client, director, server and all between. Throws unless every request was answered. */
export function sampleHttp(site: Site, requests: number): number {
  const hosts = site.way === 'none' ? ['server'] : ['server', 'director'];
  const processor = new Processor(hosts.map((host) => `${site.prefix}-${host}`));
  const before = processor.time();
  // Each URL on its own line keeps curl from reusing what it parsed; bash tells what curl itself used.
  const command = `TIMEFORMAT='%3U %3S'; { time ${CURL} 'http://${site.address}/?[1-${requests}]' 2>&3; } 3>&2 2>&1`;
  const said = must('ip', 'netns', 'exec', `${site.prefix}-client`, 'bash', '-c', command);
  const [user = NaN, system = NaN] = said.trim().split(' ').map(Number);
  return (processor.time() - before + (user + system) * 1e9) / requests;
}
