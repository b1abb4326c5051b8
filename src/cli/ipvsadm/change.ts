// SPDX-License-Identifier: Apache-2.0
import type { Draft } from '../../model/draft.js';
import type { StateCommand } from './command.js';

/** Throws IpvsError. */
export function changeDraft(draft: Draft, command: StateCommand): void {
  switch (command.name) {
    case 'add-service':
      return draft.addService(command.service);
    case 'edit-service':
      return draft.editService(command.service);
    case 'delete-service':
      return draft.deleteService(command.key);
    case 'flush':
      return draft.clear();
    case 'add-server':
      return draft.addServer(command.key, command.server);
    case 'edit-server':
      return draft.editServer(command.key, command.server);
    case 'delete-server':
      return draft.deleteServer(command.key, command.endpoint);
    case 'set':
      return draft.setTimeouts(command.timeouts);
    case 'start-daemon':
      return draft.startDaemon(command.daemon);
    case 'stop-daemon':
      return draft.stopDaemon(command.role);
  }
}
