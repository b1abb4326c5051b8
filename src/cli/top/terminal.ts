// SPDX-License-Identifier: Apache-2.0
/** A terminal taken for a whole screen, and given back as it was. */
import type { Key } from './keys.js';
import { keysIn } from './keys.js';
import type { Screen, Size } from './screen.js';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const TO_END_OF_LINE = '\x1b[K';
const TO_END_OF_SCREEN = '\x1b[J';
const INVERSE = '\x1b[7m';
const PLAIN = '\x1b[0m';

const USUAL: Size = { width: 80, height: 24 };

export class Terminal {
  #onKey: ((key: Key) => void) | undefined;
  readonly #onData = (bytes: Buffer): void => keysIn(bytes.toString('utf8')).forEach((key) => this.#onKey?.(key));
  readonly #leave = (): void => void process.stdout.write(LEAVE);

  /** Keys that come before the next `open` are lost. */
  open(onKey: (key: Key) => void, onResize: () => void): void {
    this.#onKey = onKey;
    process.stdin.setRawMode(true);
    process.stdin.on('data', this.#onData);
    process.stdin.once('end', () => onKey('quit'));
    process.stdin.resume();
    process.stdout.on('resize', onResize);
    process.once('exit', this.#leave);
    process.stdout.write(ENTER);
  }

  size(): Size {
    const { columns = USUAL.width, rows = USUAL.height } = process.stdout;
    return { width: columns, height: rows };
  }

  draw({ lines, marked }: Screen): void {
    const shown = lines.map((line, index) => (index === marked ? `${INVERSE}${line}${PLAIN}` : line));
    process.stdout.write(`${HOME}${shown.join(`${TO_END_OF_LINE}\r\n`)}${TO_END_OF_LINE}${TO_END_OF_SCREEN}`);
  }

  close(): void {
    process.off('exit', this.#leave);
    this.#leave();
    process.stdin.off('data', this.#onData);
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stdout.removeAllListeners('resize');
  }
}
