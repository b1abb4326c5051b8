// SPDX-License-Identifier: Apache-2.0
/**
 * The one importer of the native addon, which binds libbpf and a few system calls and knows nothing of load balancing.
 * File descriptors are plain numbers that the caller closes. Every function throws an Error whose `code` is the errno
 * name (`EPERM`), `errno` its number and `syscall` what was tried; loading adds `log`, the verifier's words.
 */
import { createRequire } from 'node:module';

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
  /** ingress_ifindex of the XDP context; the kernel wants rx queue 0 of a real interface. */
  readonly ingressIfindex?: number;
  readonly repeat?: number;
  /** BPF_F_TEST_XDP_LIVE_FRAMES: frames are really sent where the program's verdict says. */
  readonly liveFrames?: boolean;
}

export interface TestRun {
  readonly retval: number;
  /** The frame afterwards (empty with liveFrames). */
  readonly data: Uint8Array;
  /** ns per repetition. */
  readonly duration: number;
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
  programInfo(fd: number): { id: number; name: string; tag: string; verifiedInstructions: number; jitedSize: number };
  mapInfo(fd: number): { id: number; type: number; keySize: number; valueSize: number; maxEntries: number; flags: number };
  /** What XDP program an interface has, whoever attached it. mode: 0 none, 1 native, 2 generic, 3 hardware, 4 several. */
  xdpQuery(ifindex: number): { programId: number; mode: number };
  testRun(programFd: number, options: TestRunOptions): TestRun;
  /** Shared memory of a BPF_F_MMAPABLE map; reading it costs no system call. */
  mmapMap(mapFd: number, length: number, writable: boolean): ArrayBuffer;
  /** SO_NETNS_COOKIE of the current network namespace: unique while the host is up. */
  netnsCookie(): bigint;
  /** Waits at most timeoutMs for an exclusive flock(2) on the file, made if missing; returns its descriptor. Throws ETIMEDOUT. */
  lock(path: string, timeoutMs: number): number;
  cpuCount(): number;
  ifNameToIndex(name: string): number;
  ifIndexToName(index: number): string;
  /** A veth for tests or a probe is enough privilege: effective CAP_NET_ADMIN and CAP_BPF (or CAP_SYS_ADMIN). */
  hasBpfCapability(): boolean;
}

// build/js/src/kernel/addon.js -> native/build/Release/xdpvs.node
export const addon: Addon = createRequire(import.meta.url)('../../../../native/build/Release/xdpvs.node') as Addon;
