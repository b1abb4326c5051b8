// SPDX-License-Identifier: Apache-2.0
/**
 * A folder that stands for /proc to who reads IPVS there. A file is written beside its place and moved there, so that a
 * reader sees one moment, whole.
 */
import { existsSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Connection } from '../../observe/connections.js';
import type { Director } from '../../observe/source.js';
import { Refusal, EXIT_FAILURE } from '../output.js';
import { ipVs } from './ip_vs.js';
import { CONNECTIONS_HEADING, connectionRow } from './ip_vs_conn.js';
import { ipVsStats, ipVsStatsPercpu } from './ip_vs_stats.js';
import { makeFolder } from './make_folder.js';

export const PROC_FILES = ['ip_vs', 'ip_vs_stats', 'ip_vs_stats_percpu', 'ip_vs_conn'] as const;
export type ProcFile = (typeof PROC_FILES)[number];

/** Connections in one write. */
const AT_ONCE = 4096;

/** Throws Refusal where `folder` cannot be written to. */
export async function writeProc(folder: string, director: Director): Promise<void> {
  const told = { totals: director.totalsSinceZero(), byCpu: director.totalsByCpu(), rates: director.rates() };
  const pages: Readonly<Record<ProcFile, Iterable<string>>> = {
    ip_vs: [ipVs(director.services())],
    ip_vs_stats: [ipVsStats(told)],
    ip_vs_stats_percpu: [ipVsStatsPercpu(told)],
    ip_vs_conn: connectionPages(director.listConnections()),
  };
  try {
    makeFolder(join(folder, 'net'));
    for (const name of PROC_FILES) await writeWhole(join(folder, 'net', name), pages[name]);
  } catch (error) {
    throw new Refusal(`cannot write to ${folder}: ${reasonOf(error as NodeJS.ErrnoException)}`, EXIT_FAILURE);
  }
}

/** As where IPVS's module is not loaded. */
export function removeProc(folder: string): void {
  const paths = PROC_FILES.map((name) => join(folder, 'net', name));
  for (const path of paths) if (existsSync(path)) rmSync(path);
}

async function writeWhole(path: string, pages: Iterable<string>): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  const file = await open(beside, 'w', 0o644);
  try {
    await writePages(file, pages);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function writePages(file: FileHandle, pages: Iterable<string>): Promise<void> {
  try {
    for (const page of pages) await file.write(page);
  } finally {
    await file.close();
  }
}

function* connectionPages(connections: Iterable<Connection>): Generator<string> {
  yield CONNECTIONS_HEADING;
  let rows: string[] = [];
  for (const connection of connections) {
    rows.push(connectionRow(connection));
    if (rows.length < AT_ONCE) continue;
    yield rows.join('');
    rows = [];
  }
  yield rows.join('');
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'not permitted; give a folder of your own';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file stands in the way; give a folder';
    case 'ENOSPC':
      return 'no space is left there; give a folder elsewhere';
    case 'EROFS':
    case 'ENOENT':
      return 'no folder can be made there; give one that can be written to';
    default:
      return message;
  }
}
