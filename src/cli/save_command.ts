// SPDX-License-Identifier: Apache-2.0
/** `xdpvs save [--yaml]`: what `xdpvs apply` makes the same of again. */
import { writeYaml } from '../config/yaml.js';
import { Director } from '../director/director.js';
import type { Output } from './output.js';
import { report } from './output.js';
import { saveDocument } from './save/document.js';
import { saveLines } from './save/lines.js';

export function saveCommand({ yaml }: { readonly yaml: boolean }, say: Output): number {
  return report('xdpvs save', say, () => {
    const state = new Director().read();
    const text = yaml ? writeYaml(saveDocument(state)) : saveLines(state).join('\n');
    say.out(text.trimEnd());
  });
}
