// SPDX-License-Identifier: Apache-2.0
/**
 * The one importer of the native addon, which binds libbpf and a few system calls and knows nothing of load balancing.
 * File descriptors are plain numbers that the caller closes. Every function throws an Error whose `code` is the errno
 * name (`EPERM`), `errno` its number and `syscall` what was tried; loading adds `log`, the verifier's words.
 */
import { createRequire } from 'node:module';

import { installed } from './installation.js';

export interface LoadOptions {
  readonly path: string;
  /** Maps whose capacity is not the object's own. */
  readonly maxEntries?: Readonly<Record<string, number>>;
  /** Initial contents of global data maps (`.rodata`, `.data.settings`), their whole size. */
  readonly data?: Readonly<Record<string, Uint8Array>>;
  /** Maps that exist already: file descriptors to use instead of making new ones. */
  readonly reuse?: Readonly<Record<string, number>>;
}

export interface Loaded {
  readonly programs: Readonly<Record<string, number>>;
  readonly maps: Readonly<Record<string, number>>;
}

export interface TestRunOptions {
  /** Ethernet frame; none for programs of type syscall. */
  readonly data?: Uint8Array;
  /** Context of a program of type syscall. */
  readonly ctx?: Uint8Array;
  /** ingress_ifindex of the XDP context; the kernel wants rx queue 0 of a real interface. */
  readonly ingressIfindex?: number;
  readonly repeat?: number;
  /** BPF_F_TEST_XDP_LIVE_FRAMES: frames are really sent where the program's verdict says. */
  readonly liveFrames?: boolean;
  /** Frames that liveFrames hands over at a time; the kernel's own number (64) if absent. */
  readonly batchSize?: number;
}

export interface TestRun {
  readonly retval: number;
  /** The frame afterwards (empty with liveFrames). */
  readonly data: Uint8Array;
  /** The `ctx` given, as the program left it. */
  readonly ctx: Uint8Array;
  /** ns per repetition. */
  readonly duration: number;
}

export interface ProgramInfo {
  readonly id: number;
  /** At most 15 characters of it. */
  readonly name: string;
  readonly tag: string;
  readonly verifiedInstructions: number;
  /** Bytes of machine code. */
  readonly jitedSize: number;
  /** ns after boot. */
  readonly loadTime: bigint;
}

export interface MapInfo {
  readonly id: number;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
}

export interface Addon {
  load(options: LoadOptions): Loaded;
  pin(fd: number, path: string): void;
  openPinned(path: string): number;
  close(fd: number): void;
  /** mode: XDP_FLAGS_SKB_MODE (2), XDP_FLAGS_DRV_MODE (4) or 0. */
  linkXdp(programFd: number, ifindex: number, mode: number): number;
  updateLink(linkFd: number, programFd: number): void;
  detachLink(linkFd: number): void;
  /** ifindex 0: the interface is gone. */
  linkInfo(linkFd: number): { id: number; programId: number; ifindex: number };
  programInfo(fd: number): ProgramInfo;
  /** Descriptor of a loaded program. */
  openProgram(id: number): number;
  mapInfo(fd: number): MapInfo;
  /** What XDP program an interface has, whoever attached it. mode: 0 none, 1 native, 2 generic, 3 hardware, 4 several. */
  xdpQuery(ifindex: number): { programId: number; mode: number };
  testRun(programFd: number, options: TestRunOptions): TestRun;
  /**
   * Shared memory of a BPF_F_MMAPABLE map; reading it costs no system call. Element i begins at i * (value size rounded
   * up to 8). Writing to memory that was mapped with writable false kills the process.
   */
  mmapMap(mapFd: number, length: number, writable: boolean): ArrayBuffer;
  /** Copies bytes of a BPF_F_MMAPABLE map's memory from `offset` on: a table of which all is read once need not stay mapped. */
  readMap(mapFd: number, offset: number, into: Uint8Array): void;
  /** All entries of a HASH: keys side by side, and values in the same order. */
  mapEntries(mapFd: number, keySize: number, valueSize: number, capacity: number): { keys: Buffer; values: Buffer };
  /** SO_NETNS_COOKIE of the current network namespace: unique while the host is up. */
  netnsCookie(): bigint;
  /** Puts the calling thread, and processes started from it later, into a network namespace (/run/netns/NAME). */
  enterNetns(path: string): void;
  /** Waits at most timeoutMs for an exclusive flock(2) on the file, made if missing; returns its descriptor. Throws ETIMEDOUT. */
  lock(path: string, timeoutMs: number): number;
  cpuCount(): number;
  ifNameToIndex(name: string): number;
  ifIndexToName(index: number): string;
  /** Enough privilege to load and attach: effective CAP_NET_ADMIN and CAP_BPF (or CAP_SYS_ADMIN). */
  hasBpfCapability(): boolean;
  /** execve(2): this process becomes another program. env holds NAME=value. Returns only by throwing. */
  exec(path: string, argv: readonly string[], env: readonly string[]): never;
  /** _exit(2): at once, with nothing of Node's waited for. */
  exit(code: number): never;
}

export const addon: Addon = createRequire(import.meta.url)(installed('native/build/Release/xdpvs.node')) as Addon;
