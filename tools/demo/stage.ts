// SPDX-License-Identifier: Apache-2.0
/** Where the demo is played: what is typed, what comes back, and whether that is what was promised. */
import type { Host } from '../../test/support/host.js';
import { CommandFailed } from '../../test/support/shell.js';

export class Stage {
  #broken = 0;

  get brokenPromises(): number {
    return this.#broken;
  }

  title(text: string): void {
    console.log(`\n== ${text}\n`);
  }

  say(text: string): void {
    console.log(text);
  }

  /** Types a command that must succeed, and shows what came back. */
  async type(host: Host, command: string): Promise<string> {
    console.log(`${host.name}# ${command}`);
    const { code, stdout, stderr } = await host.run(command);
    show(stdout + stderr);
    if (code !== 0) throw new CommandFailed(`${host.name}# ${command}`, { code, stdout, stderr });
    return stdout;
  }

  /** Types a command whose output is long, and shows the lines of it that `wanted` accepts. */
  async typeAndPick(host: Host, command: string, wanted: (line: string) => boolean): Promise<string> {
    console.log(`${host.name}# ${command}`);
    const text = await host.ok(command);
    const lines = text.split('\n');
    const picked = lines.filter(wanted);
    show(picked.join('\n'));
    console.log(`  … ${lines.length - picked.length} more lines`);
    return text;
  }

  /** Ten connections, one page a line. */
  async tenCurls(client: Host, url: string): Promise<string[]> {
    return (await this.type(client, `for i in 1 2 3 4 5 6 7 8 9 10; do curl -s ${url}; done`))
      .split('\n')
      .filter(Boolean);
  }

  promise(sentence: string, kept: boolean): void {
    console.log(`${kept ? '  ok: ' : '  NOT SO: '}${sentence}`);
    if (!kept) this.#broken++;
  }
}

function show(text: string): void {
  for (const line of text.split('\n')) if (line.trim() !== '') console.log(`  ${line}`);
}
