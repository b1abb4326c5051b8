// SPDX-License-Identifier: Apache-2.0
/** A man page's text as man(7) marks it up. */

export interface Page {
  readonly name: string;
  readonly section: number;
  /** xdpvs's version. */
  readonly version: string;
  readonly parts: readonly string[];
}

export function page({ name, section, version, parts }: Page): string {
  return [
    '.\\" Made from the help of the program: change that.',
    `.TH ${name.toUpperCase()} ${section} "" "xdpvs ${version}" "System Administration"`,
    ...parts,
    '',
  ].join('\n');
}

/** What roff would take for its own: backslashes, dashes that should stay ASCII, a dot or quote at a line's beginning. */
export function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll(/^([.'])/gm, '\\&$1');
}

export function bold(plain: string): string {
  return `\\fB${text(plain)}\\fR`;
}

export function heading(title: string): string {
  return `.SH ${title.toUpperCase()}`;
}

export function subheading(title: string): string {
  return `.SS "${text(title).replaceAll('"', '\\(dq')}"`;
}

export function paragraph(plain: string): string {
  return `.PP\n${text(plain)}`;
}

/** A term and what it means; `term` is marked up already. */
export function item(term: string, meaning: string): string {
  return `.TP\n${term}\n${meaning === '' ? '\\&' : text(meaning)}`;
}

export function literal(lines: readonly string[]): string {
  return ['.RS', '.nf', ...lines.map(text), '.fi', '.RE'].join('\n');
}
