// SPDX-License-Identifier: Apache-2.0
import { command } from './command.js';

export const COMPLETION = command({
  name: 'completion',
  summary: "print the shell's completion of xdpvs and xdpvsadm",
  details: ['`make install` puts it where the shells look for it.'],
  examples: [['source <(xdpvs completion bash)', 'for this shell']],
  positionals: { shell: { describe: 'bash or zsh', choices: ['bash', 'zsh'] } },
  run: async ({ shell }, { say }) => {
    const { COMMANDS } = await import('./index.js');
    if (shell === 'bash') {
      const { bashForXdpvs, bashForXdpvsadm } = await import('../completion/bash.js');
      say.out(`${bashForXdpvs(COMMANDS)}\n${bashForXdpvsadm()}`);
    } else {
      const { zshForXdpvs, zshForXdpvsadm } = await import('../completion/zsh.js');
      say.out(`${zshForXdpvs(COMMANDS)}\n${zshForXdpvsadm()}`);
    }
    return 0;
  },
});
