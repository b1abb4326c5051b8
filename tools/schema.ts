// SPDX-License-Identifier: Apache-2.0
/** Writes the schema of the configuration's YAML form, for editors: node build/js/tools/schema.js > docs/config.schema.json */
import { SCHEMA } from '../src/config/schema.js';

process.stdout.write(`${JSON.stringify(SCHEMA, undefined, 2)}\n`);
