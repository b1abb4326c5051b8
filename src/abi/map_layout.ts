// SPDX-License-Identifier: Apache-2.0
/** What the object file says of a map. */
export interface MapLayout {
  /** As BPF_MAP_TYPE_* in linux/bpf.h. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  readonly valueSize: number;
  /** 1: the capacity is chosen when the object is loaded. */
  readonly maxEntries: number;
  /** As BPF_F_* in linux/bpf.h. */
  readonly flags: number;
  /** Name of its pin: the BPF file system allows no dot. */
  readonly pin: string;
}

export const MAP_TYPE_HASH = 1;
export const MAP_TYPE_ARRAY = 2;
export const MAP_TYPE_LRU_HASH = 9;
export const MAP_IS_MMAPABLE = 0x400;
