// SPDX-License-Identifier: Apache-2.0
/**
 * Where things are pinned: a folder for each network namespace, named by its cookie, with `maps`, `programs` and `links`
 * in it. The BPF file system allows no dot in a name.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { MapName } from '../abi/generated.js';
import { MAPS } from '../abi/generated.js';
import { addon } from './addon.js';
import { BPFFS } from './bpffs.js';

/** All pins of one director. */
export class Pins {
  constructor(readonly folder: string) {}

  /** Of the network namespace that this process is in. */
  static here(): Pins {
    return new Pins(join(BPFFS, String(addon.netnsCookie())));
  }

  exist(): boolean {
    return existsSync(this.folder);
  }

  map(name: MapName): string {
    return join(this.folder, 'maps', MAPS[name].pin);
  }

  program(name: string): string {
    return join(this.folder, 'programs', name);
  }

  /** A VLAN's name has a dot, and no interface's name has a colon. */
  link(interfaceName: string): string {
    return join(this.folder, 'links', interfaceName.replaceAll('.', ':'));
  }

  /** Interface names for which a link is pinned. */
  linked(): string[] {
    return namesIn(join(this.folder, 'links'))
      .map((name) => name.replaceAll(':', '.'))
      .sort();
  }

  /** When an interface was attached. */
  linkedSince(interfaceName: string): Date {
    return statSync(this.link(interfaceName)).ctime;
  }

  makeFolders(): void {
    for (const folder of ['maps', 'programs', 'links'])
      mkdirSync(join(this.folder, folder), { recursive: true, mode: 0o700 });
  }

  /** Becomes the director of another folder in one step: whoever looks sees all of it or nothing. */
  renameTo(pins: Pins): void {
    renameSync(this.folder, pins.folder);
  }

  removeLink(interfaceName: string): void {
    rmSync(this.link(interfaceName), { force: true });
  }

  /** Links first, so that no interface runs a program whose maps are going. */
  remove(): void {
    for (const part of ['links', 'programs', 'maps']) rmSync(join(this.folder, part), { recursive: true, force: true });
    if (this.exist()) rmdirSync(this.folder);
  }
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Works with the pinned thing's descriptor and closes it, whatever happens. */
export function withPinned<T>(path: string, work: (fd: number) => T): T {
  const fd = addon.openPinned(path);
  try {
    return work(fd);
  } finally {
    addon.close(fd);
  }
}
