// SPDX-License-Identifier: Apache-2.0
/**
 * The JSON schema of the YAML form, published as docs/config.schema.json. A `description` completes the sentence
 * "FIELD must be …", which is what a file that breaks it is answered with.
 */
import { KEPT } from '../model/settings.js';
import type { Setting } from '../model/settings.js';
import { SCHEDULERS } from '../model/types.js';

const HOST = '(\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9A-Fa-f:.]+\\])';
const MOST = 2147483647;
const LONGEST_TIMEOUT_S = 31 * 24 * 60 * 60;

const VIRTUAL = {
  type: 'string',
  pattern: `^${HOST}:\\d{1,5}$`,
  description: 'ADDRESS:PORT, an IPv6 address in brackets and the whole in quotes',
} as const;

const TIMEOUT = {
  type: 'integer',
  minimum: 1,
  maximum: LONGEST_TIMEOUT_S,
  description: `whole seconds from 1 to ${LONGEST_TIMEOUT_S}`,
} as const;

const COUNT = {
  type: 'integer',
  minimum: 0,
  maximum: MOST,
  description: `a whole number from 0 to ${MOST}`,
} as const;

const PORT = { type: 'integer', minimum: 1, maximum: 65535, description: 'a port from 1 to 65535' } as const;

function oneOf(words: readonly (string | number)[]) {
  return { enum: words, description: `one of ${words.join(', ')}` } as const;
}

function object(properties: Readonly<Record<string, object>>, required: readonly string[] = []) {
  return { type: 'object', properties, required, additionalProperties: false, description: 'a map of fields' } as const;
}

function settingSchema({ least, most }: Setting) {
  const description = `a whole number from ${least} to ${most}`;
  return { type: 'integer', minimum: least, maximum: most, description } as const;
}

const TUNNEL = object(
  { type: oneOf(['ipip', 'gue', 'gre']), port: PORT, checksum: oneOf(['none', 'outer', 'remote']) },
  ['type'],
);

const SERVER = object(
  {
    address: {
      type: 'string',
      pattern: `^(${HOST}(:\\d{1,5})?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$`,
      description: 'ADDRESS or ADDRESS:PORT, an IPv6 address with a port in brackets and the whole in quotes',
    },
    method: oneOf(['nat', 'dr', 'tun']),
    weight: COUNT,
    'upper-threshold': COUNT,
    'lower-threshold': COUNT,
    tunnel: TUNNEL,
  },
  ['address'],
);

const SERVICE = {
  ...object({
    tcp: VIRTUAL,
    udp: VIRTUAL,
    sctp: VIRTUAL,
    mark: { type: 'integer', minimum: 1, maximum: 4294967295, description: 'a mark from 1 to 4294967295' },
    family: oneOf([4, 6]),
    scheduler: oneOf(SCHEDULERS),
    'scheduler-flags': {
      type: 'array',
      items: oneOf(['sh-fallback', 'sh-port', 'mh-fallback', 'mh-port', 'flag-1', 'flag-2', 'flag-3']),
      description: 'a list of flags',
    },
    persistence: object({
      timeout: TIMEOUT,
      mask: {
        type: ['string', 'integer'],
        pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$',
        minimum: 1,
        maximum: 128,
        description: 'a netmask such as 255.255.255.0, or for IPv6 a prefix length from 1 to 128',
      },
    }),
    'persistence-engine': oneOf(['sip']),
    'one-packet': { type: 'boolean', description: 'true or false' },
    servers: { type: 'array', items: SERVER, description: 'a list of real servers' },
  }),
  oneOf: ['tcp', 'udp', 'sctp', 'mark'].map((field) => ({ required: [field] })),
} as const;

export const SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'xdpvs configuration',
  ...object(
    {
      timeouts: object({ tcp: TIMEOUT, 'tcp-fin': TIMEOUT, udp: TIMEOUT }),
      settings: object(Object.fromEntries(KEPT.map((setting) => [setting.name, settingSchema(setting)]))),
      marks: {
        type: 'array',
        maxItems: 1024,
        items: {
          type: 'string',
          pattern: '-j MARK',
          description: 'a rule such as -d 192.0.2.80 -p tcp --dport 80 -j MARK --set-mark 1',
        },
        description: 'a list of no more than 1024 rules',
      },
      services: { type: 'array', items: SERVICE, description: 'a list of virtual services' },
    },
    ['services'],
  ),
} as const;
