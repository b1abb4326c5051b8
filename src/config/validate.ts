// SPDX-License-Identifier: Apache-2.0
/** Values against the schema. The only module that knows the validator. */
import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

import type { ConfigDocument } from './document.js';
import { ConfigError } from './place.js';
import { SCHEMA } from './schema.js';
import type { Path, YamlFile } from './yaml.js';

/** Throws ConfigError for the first thing that is wrong. */
export function validate(file: YamlFile): ConfigDocument {
  // Verbose: an error brings the schema that it breaks, whose description is shown.
  const ajv = new Ajv2020({ verbose: true, strictTypes: false });
  const isValid = ajv.compile<ConfigDocument>(SCHEMA);
  const { value } = file;
  if (isValid(value)) return value;
  const errors = isValid.errors ?? [];
  const error = errors.find(({ keyword }) => keyword === 'oneOf') ?? errors[0];
  throw error ? sentence(error, file) : new Error('the schema refused a file and did not say why');
}

function sentence(error: ErrorObject, file: YamlFile): ConfigError {
  const path = pathOf(error.instancePath, file.value);
  const name = nameOf(path);
  switch (error.keyword) {
    case 'additionalProperties': {
      const { additionalProperty: key } = error.params as { additionalProperty: string };
      return new ConfigError(`unknown field '${key}': ${name} has ${fieldsOf(error)}`, file.placeOfKey(path, key));
    }
    case 'required': {
      const { missingProperty } = error.params as { missingProperty: string };
      return new ConfigError(`field '${missingProperty}' is missing: ${name} needs it`, file.placeOf(path));
    }
    case 'oneOf':
      return new ConfigError(
        'a service is found by one of tcp, udp, sctp and mark: give exactly one',
        file.placeOf(path),
      );
    default: {
      const { description } = error.parentSchema as { description?: string };
      return new ConfigError(
        `${name} must be ${description ?? error.message}, not ${shown(error.data)}`,
        file.placeOf(path),
      );
    }
  }
}

/** A JSON pointer's words; those that lead into lists are numbers. */
function pathOf(pointer: string, value: unknown): Path {
  const words = pointer.split('/').slice(1).map(unescape);
  let at = value;
  return words.map((word) => {
    const key = Array.isArray(at) ? Number(word) : word;
    at = (at as Record<string | number, unknown>)[key];
    return key;
  });
}

function unescape(word: string): string {
  return word.replaceAll('~1', '/').replaceAll('~0', '~');
}

const ITEM: Readonly<Record<string, string>> = { services: 'a service', servers: 'a real server' };

function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  if (typeof last === 'string') return last;
  const list = String(path.at(-2));
  return ITEM[list] ?? `an item of ${list}`;
}

function fieldsOf({ parentSchema }: ErrorObject): string {
  return Object.keys((parentSchema as { properties?: object }).properties ?? {}).join(', ');
}

const LONGEST = 40;

function shown(value: unknown): string {
  const text =
    typeof value === 'string' ? `'${value}'` : typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
