// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

import { installed } from './kernel/installation.js';

/** As package.json says. */
export function version(): string {
  const text = readFileSync(installed('package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
