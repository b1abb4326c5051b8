// SPDX-License-Identifier: Apache-2.0
/** The YAML form of a director's configuration: what the schema lets through. docs/CONFIG.md tells it to people. */

export interface ConfigDocument {
  readonly timeouts?: { readonly tcp?: number; readonly 'tcp-fin'?: number; readonly udp?: number };
  /** By the names of `xdpvs set`. */
  readonly settings?: Readonly<Record<string, number>>;
  /** Rules as `xdpvs mark add` takes them. Absent: those that are there stay. */
  readonly marks?: readonly string[];
  readonly services: readonly ServiceDocument[];
}

/** One of tcp, udp, sctp and mark says what the service is found by. */
export interface ServiceDocument {
  readonly tcp?: string;
  readonly udp?: string;
  readonly sctp?: string;
  readonly mark?: number;
  /** Of a mark's service. */
  readonly family?: 4 | 6;
  readonly scheduler?: string;
  readonly 'scheduler-flags'?: readonly string[];
  readonly persistence?: { readonly timeout?: number; readonly mask?: string | number };
  readonly 'persistence-engine'?: string;
  readonly 'one-packet'?: boolean;
  readonly servers?: readonly ServerDocument[];
}

export interface ServerDocument {
  readonly address: string;
  readonly method?: MethodWord;
  readonly weight?: number;
  readonly 'upper-threshold'?: number;
  readonly 'lower-threshold'?: number;
  readonly tunnel?: {
    readonly type: 'ipip' | 'gue' | 'gre';
    readonly port?: number;
    readonly checksum?: 'none' | 'outer' | 'remote';
  };
}

export type MethodWord = 'nat' | 'dr' | 'tun';
