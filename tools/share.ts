// SPDX-License-Identifier: Apache-2.0
/** Writes what an installation has under share/, man pages and completions: node build/js/tools/share.js FOLDER */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { COMMANDS } from '../src/cli/commands/index.js';
import { bashForXdpvs, bashForXdpvsadm } from '../src/cli/completion/bash.js';
import { zshForXdpvs, zshForXdpvsadm } from '../src/cli/completion/zsh.js';
import { xdpvsPage } from '../src/cli/manual/xdpvs_page.js';
import { xdpvsadmPage } from '../src/cli/manual/xdpvsadm_page.js';
import { version } from '../src/version.js';

const SAME_PAGE = '.so man8/xdpvsadm.8\n';

const FILES: Readonly<Record<string, string>> = {
  'man/man8/xdpvs.8': xdpvsPage(COMMANDS, version()),
  'man/man8/xdpvsadm.8': xdpvsadmPage(version()),
  'man/man8/xdpvsadm-save.8': SAME_PAGE,
  'man/man8/xdpvsadm-restore.8': SAME_PAGE,
  'bash-completion/completions/xdpvs': bashForXdpvs(COMMANDS),
  'bash-completion/completions/xdpvsadm': bashForXdpvsadm(),
  'zsh/site-functions/_xdpvs': zshForXdpvs(COMMANDS),
  'zsh/site-functions/_xdpvsadm': zshForXdpvsadm(),
};

const [, , folder] = process.argv;
if (folder === undefined) {
  process.stderr.write('share: give the folder to write to\n');
  process.exitCode = 2;
} else {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
