// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { SCHEMA } from '../../src/config/schema.js';

const DOCS = new URL('../../../../docs/', import.meta.url);

test('the published schema is the one that files are held to', () => {
  const published = readFileSync(new URL('config.schema.json', DOCS), 'utf8');
  assert.deepEqual(JSON.parse(published), JSON.parse(JSON.stringify(SCHEMA)));
});
