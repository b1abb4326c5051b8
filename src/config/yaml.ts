// SPDX-License-Identifier: Apache-2.0
/** YAML between text and plain values, with the place of each. The only module that knows the library. */
import type { Alias, Document, Node } from 'yaml';
import { LineCounter, isMap, isNode, isScalar, parseDocument, stringify, visit } from 'yaml';

import { BEGINNING, ConfigError } from './place.js';
import type { Place } from './place.js';

/** Keys and indexes that lead to a value. */
export type Path = readonly (string | number)[];

export interface YamlFile {
  readonly value: unknown;
  /** Of a value, or of the nearest one around it that is there. */
  placeOf(path: Path): Place;
  /** Of the key itself, for what should not be there. */
  placeOfKey(path: Path, key: string): Place;
}

/** Throws ConfigError. */
export function readYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new ConfigError(notYaml(problem.message), place(problem.pos[0]));

  const placeOfNode = (node: Node | undefined) => (node?.range ? place(node.range[0]) : BEGINNING);
  return {
    value: valueOf(document, place),
    placeOf: (path) => placeOfNode(nodeAt(document, path)),
    placeOfKey: (path, key) => placeOfNode(keyAt(document, path, key) ?? nodeAt(document, path)),
  };
}

export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}

/** Aliases that name nothing, or multiply beyond reason, are refused here. */
function valueOf(document: Document, place: (offset: number) => Place): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const offset = culpritOf(document)?.range?.[0];
    throw new ConfigError(notYaml((error as Error).message), offset === undefined ? BEGINNING : place(offset));
  }
}

/** The first alias that names nothing; if there is none, the first of all. */
function culpritOf(document: Document): Node | undefined {
  const aliases: Alias[] = [];
  visit(document, { Alias: (_, alias) => void aliases.push(alias) });
  return aliases.find((alias) => alias.resolve(document) === undefined) ?? aliases[0];
}

function notYaml(message: string): string {
  if (message.includes('call stack')) return 'lists or maps stand too deeply in each other: nothing here has so many';
  return `not YAML: ${firstLine(message)}`;
}

function nodeAt(document: Document, path: Path): Node | undefined {
  const found: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(found)) return found;
  return path.length === 0 ? undefined : nodeAt(document, path.slice(0, -1));
}

function keyAt(document: Document, path: Path, key: string): Node | undefined {
  const map = nodeAt(document, path);
  if (!isMap(map)) return undefined;
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  return isNode(pair?.key) ? pair.key : undefined;
}

/** What follows is for programmers. */
function firstLine(text: string): string {
  return text.split(/[\n;]/)[0] ?? text;
}
