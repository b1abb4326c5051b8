// SPDX-License-Identifier: Apache-2.0
import type { Console, Ran } from './console.js';

/**
 * As much of a shell as the recorded command lines use: quotes, `;`, `&&`, one pipe, redirections, and of the other
 * programs cat, cmp, echo, printf and the one sed that takes names out of /etc/hosts.
 */
export class Shell {
  readonly files = new Map<string, string>([['/dev/null', '']]);

  constructor(private readonly console: Console) {}

  run(line: string): Ran {
    const ran = { out: '', err: '', rc: 0 };
    for (const step of line.split(/; (?=[a-z])/)) {
      ran.rc = 0;
      for (const part of step.split(' && ')) {
        if (ran.rc === 0) append(ran, this.#pipeline(part));
      }
    }
    return ran;
  }

  #pipeline(text: string): Ran {
    const ran = { out: '', err: '', rc: 0 };
    for (const part of text.split(' | ')) {
      const { out, err, rc } = this.#command(part, ran.out);
      Object.assign(ran, { out, err: ran.err + err, rc });
    }
    return ran;
  }

  #command(text: string, piped: string): Ran {
    const words = wordsOf(text);
    const [from, to, more] = ['<', '>', '>>'].map((sign) => redirection(words, sign));
    const ran = this.#program(words, from === undefined ? piped : this.#read(from));
    if (to !== undefined) this.files.set(to, ran.out);
    if (more !== undefined) this.#append(more, ran.out);
    return to === undefined && more === undefined ? ran : { ...ran, out: '' };
  }

  #program([program = '', ...words]: readonly string[], input: string): Ran {
    switch (program) {
      case 'ipvsadm':
      case 'ipvsadm-save':
      case 'ipvsadm-restore':
        return this.console.run(program, words, input);
      case 'cat':
        return success(words.map((file) => this.#read(file)).join(''));
      case 'echo':
        return success(`${words.join(' ')}\n`);
      case 'printf':
        return success((words[0] ?? '').replaceAll('\\n', '\n'));
      case 'cmp': {
        const [a, b] = words.map((file) => (file === '-' ? input : this.#read(file)));
        return { out: '', err: '', rc: a === b ? 0 : 1 };
      }
      case 'sed':
        this.console.names.hosts = this.console.names.hosts.replaceAll(/.*example.*\n/g, '');
        return success('');
      default:
        throw new Error(`this shell has no ${program}`);
    }
  }

  #read(file: string): string {
    const text = this.files.get(file);
    if (text === undefined) throw new Error(`${file} was never written`);
    return text;
  }

  #append(file: string, text: string): void {
    if (file !== '/etc/hosts') throw new Error(`only /etc/hosts is appended to, not ${file}`);
    this.console.names.hosts += text;
  }
}

function success(out: string): Ran {
  return { out, err: '', rc: 0 };
}

function append(ran: { out: string; err: string; rc: number }, next: Ran): void {
  ran.out += next.out;
  ran.err += next.err;
  ran.rc = next.rc;
}

function redirection(words: string[], sign: string): string | undefined {
  const place = words.indexOf(sign);
  return place < 0 ? undefined : words.splice(place, 2)[1];
}

function wordsOf(text: string): string[] {
  const words = text.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [];
  return words.map((word) => word.replace(/^(['"])(.*)\1$/s, '$2'));
}
