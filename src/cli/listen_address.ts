// SPDX-License-Identifier: Apache-2.0
/** `ADDR:PORT`, as `xdpvs serve --listen` takes it: 127.0.0.1:19749, [::1]:19749, localhost:19749. */

export interface ListenAddress {
  /** An address or a host name. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** undefined: not of that form. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 0xffff) return undefined;
  return { host, port };
}

export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
