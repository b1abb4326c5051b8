// SPDX-License-Identifier: Apache-2.0
import { formatAddress } from '../../model/address.js';
import { NoSuchService } from '../../model/errors.js';
import type { State, SyncDaemon } from '../../model/types.js';
import type { Backend } from './backend.js';
import type { ListRequest } from './command.js';
import type { Io } from './io.js';
import { listConnections } from './list_connections.js';
import { listServices } from './list_services.js';
import { DAEMON_IS_IDLE } from './remarks.js';

/** Returns the exit code, which for a service that is not there is another than that of commands that change it. */
export function show(list: ListRequest, backend: Backend, io: Io): number {
  try {
    write(list, backend, io);
    return 0;
  } catch (error) {
    if (!(error instanceof NoSuchService)) throw error;
    io.err(`${error.message}\n`);
    return 1;
  }
}

function write(list: ListRequest, backend: Backend, io: Io): void {
  switch (list.kind) {
    case 'services':
      return listServices(list, backend, io);
    case 'connections':
      return listConnections(list, backend, io);
    case 'timeouts': {
      const { tcp, tcpFin, udp } = backend.read().timeouts;
      return io.out(`Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}\n`);
    }
    case 'daemon':
      return showDaemons(backend.read(), io);
  }
}

function showDaemons(state: State, io: Io): void {
  const lines = daemonLines(state);
  io.out(lines);
  if (lines !== '') io.remark(DAEMON_IS_IDLE);
}

function daemonLines({ syncDaemons = {} }: State): string {
  const lines = (['master', 'backup'] as const).map((role) => {
    const daemon = syncDaemons[role];
    return daemon ? `${role} sync daemon (${daemonText(daemon)})\n` : '';
  });
  return lines.join('');
}

function daemonText({ interface: name, syncId, maxLength, group, port, ttl }: SyncDaemon): string {
  const address = formatAddress(group);
  return `mcast=${name}, syncid=${syncId}, maxlen=${maxLength}, group=${address}, port=${port}, ttl=${ttl}`;
}
