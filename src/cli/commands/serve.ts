// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const SERVE = command({
  name: 'serve',
  summary: 'export metrics for Prometheus until told to end',
  details: ['It only reads, and may be started before anything is attached.'],
  options: {
    listen: { type: 'string', value: 'ADDR:PORT', describe: 'loopback unless told otherwise' },
    proc: {
      type: 'string',
      value: 'DIR',
      describe: "keep IPVS's files of /proc/net in DIR/net up to date (see `xdpvs proc --help`)",
      completes: 'directory',
    },
    links: { type: 'boolean', describe: 'with --proc: link the rest of /proc into DIR' },
  },
  run: async (given, { say, version }) => {
    const { serve } = await import('../serve.js');
    const { pinnedSource } = await import('../../director/source.js');
    return serve(pinnedSource(version), given, say);
  },
});
