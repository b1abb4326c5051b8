// SPDX-License-Identifier: Apache-2.0
/**
 * Packs a recording of ipvsadm's command lines (SUITE.NNN-NAME.cmd, .out, .err, .rc in each directory given) into the
 * JSON that the tests replay, one case a line:
 *   node build/js/tools/cli_recording.js DIRECTORY... > test/reference/cli.json
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

function recorded(directory: string, file: string): string {
  const [suite, name] = file.slice(0, -'.cmd'.length).split('.');
  const text = (ending: string) => readFileSync(join(directory, `${suite}.${name}.${ending}`), 'utf8');
  const [cmd, out, err, rc] = [text('cmd').trimEnd(), text('out'), text('err'), Number(text('rc'))];
  return JSON.stringify({ suite, name, cmd, out, err, rc });
}

const cases = process.argv.slice(2).flatMap((directory) =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.cmd'))
    .sort()
    .map((file) => recorded(directory, file)),
);
process.stdout.write(`[\n${cases.join(',\n')}\n]\n`);
