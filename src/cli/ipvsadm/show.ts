// SPDX-License-Identifier: Apache-2.0
import { NoSuchService } from '../../model/errors.js';
import type { Backend } from './backend.js';
import type { ListRequest } from './command.js';
import type { Io } from './io.js';
import { listConnections } from './list_connections.js';
import { listServices } from './list_services.js';

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
      // None runs, and then ipvsadm writes nothing.
      return undefined;
  }
}
