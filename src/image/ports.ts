// SPDX-License-Identifier: Apache-2.0
/** How a real server's record says to which port its connections go. */
import { REAL_SERVER_FTP, REAL_SERVER_PORT_VARIES, REAL_SERVER_VIRTUAL_KNOWN } from '../abi/generated.js';
import type { RealServer as Fields, ServiceKey as KeyFields } from '../abi/generated.js';

const FTP_PORT = 21;
const TCP = 6;

type PortFields = Pick<Fields, 'port' | 'virtualPort' | 'flags'>;

/**
 * `own` is the port that the real server was added with. Where every packet is for the service's own port, it goes there. A
 * service of port 0 keeps the port that the client asked for; those of a mark and of FTP, whose data connections go to any,
 * keep it for some connections.
 */
export function portFieldsOf(key: KeyFields, own: number): PortFields {
  const isFtp = key.port === FTP_PORT && key.protocol === TCP;
  const isMark = key.mark !== 0;
  if (!isMark && !isFtp && key.port !== 0)
    return { port: own, virtualPort: key.port, flags: REAL_SERVER_VIRTUAL_KNOWN };
  const varies = own !== 0 && (isMark || (isFtp && own !== FTP_PORT));
  return { port: 0, virtualPort: own, flags: varies ? REAL_SERVER_PORT_VARIES : 0 };
}

/** Whether a service may have control connections of FTP: those to port 21, as IPVS's helper takes them whatever the service is. */
export function mayBeFtp({ port, protocol, mark }: Pick<KeyFields, 'port' | 'protocol' | 'mark'>): boolean {
  return mark !== 0 || (protocol === TCP && (port === FTP_PORT || port === 0));
}

/**
 * Where none is masqueraded nobody looks for them. A real server that is no longer still may have some that are; `before` are the
 * flags it had.
 */
export function ftpFlagOf(key: KeyFields, isMasqueraded: boolean, before: number): number {
  return mayBeFtp(key) && isMasqueraded ? REAL_SERVER_FTP : before & REAL_SERVER_FTP;
}

/** The port that a real server was added with. */
export function ownPort({ flags, port, virtualPort }: PortFields): number {
  return flags & REAL_SERVER_VIRTUAL_KNOWN ? port : virtualPort;
}

/** The port at its real server of a connection, as bpf/service.h finds it. */
export function portOfConnection(
  { flags, port, virtualPort: own, protocol }: PortFields & Pick<Fields, 'protocol'>,
  line: { readonly virtualPort: number; readonly isControlled: boolean },
): number {
  if (port !== 0) return port;
  if ((flags & REAL_SERVER_PORT_VARIES) === 0) return line.virtualPort;
  const isToService = protocol !== 0 && line.virtualPort === FTP_PORT;
  return line.isControlled && !isToService ? line.virtualPort : own;
}
