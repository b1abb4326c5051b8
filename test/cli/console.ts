// SPDX-License-Identifier: Apache-2.0
import type { Backend } from '../../src/cli/ipvsadm/backend.js';
import type { Io } from '../../src/cli/ipvsadm/io.js';
import { runProgram } from '../../src/cli/ipvsadm/programs.js';
import type { RunOptions } from '../../src/cli/ipvsadm/run.js';
import { FileNames } from './file_names.js';
import { MemoryBackend } from './memory_backend.js';

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly rc: number;
}

/** Runs program and words as a terminal would, without a process. */
export class Console {
  readonly backend = new MemoryBackend();
  /** What a person at a terminal was told besides. */
  readonly remarks: string[] = [];

  constructor(
    private readonly options: RunOptions = {},
    readonly names = new FileNames(),
  ) {}

  run(program: string, words: readonly string[], input = ''): Ran {
    const [out, err]: [string[], string[]] = [[], []];
    const io: Io = {
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      remark: (line) => void this.remarks.push(line),
      input: () => input,
      names: this.names,
      version: '0.0.0',
    };
    const backend: Backend = this.backend;
    const rc = runProgram(program, words, backend, io, this.options);
    return { out: out.join(''), err: err.join(''), rc };
  }

  /** Words without quotes. */
  type(line: string, input?: string): Ran {
    return this.run('ipvsadm', line.split(' ').filter(Boolean), input);
  }
}
