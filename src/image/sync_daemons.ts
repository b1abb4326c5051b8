// SPDX-License-Identifier: Apache-2.0
/** Synchronisation daemons, between the model and struct sync_daemon. */
import { Family, SYNC_BACKUP, SYNC_MASTER, syncDaemonCodec } from '../abi/generated.js';
import type { State, SyncDaemon, SyncDaemons, SyncRole } from '../model/types.js';
import { addressBytes, addressOf } from './addresses.js';
import type { Draft } from './draft.js';
import { isSameBytes } from './image.js';
import type { Image } from './image.js';
import { interfaceBytes, interfaceName } from './interface_names.js';

const PLACE: Readonly<Record<SyncRole, number>> = { master: SYNC_MASTER, backup: SYNC_BACKUP };
const ROLES = ['master', 'backup'] as const;

/** Absent where none was started, so that states that say the same are the same. */
export function syncDaemonsIn({ arrays }: Image): Pick<State, 'syncDaemons'> {
  const started = ROLES.flatMap((role) => {
    const bytes = arrays.sync_daemons.get(PLACE[role]);
    return bytes ? [[role, daemonOf(bytes)] as const] : [];
  });
  return started.length > 0 ? { syncDaemons: Object.fromEntries(started) } : {};
}

export function placeSyncDaemons({ arrays }: Draft, daemons: SyncDaemons): void {
  for (const role of ROLES) {
    const [place, daemon] = [PLACE[role], daemons[role]];
    const before = arrays.sync_daemons.get(place);
    const bytes = daemon && bytesOf(daemon);
    if (!bytes) {
      if (before) arrays.sync_daemons.delete(place);
    } else if (!before || !isSameBytes(before, bytes)) arrays.sync_daemons.set(place, bytes);
  }
}

function daemonOf(bytes: Uint8Array): SyncDaemon {
  const { interface: name, group, family, syncId, ttl, port, maxLength } = syncDaemonCodec.decode(bytes);
  return { interface: interfaceName(name), syncId, maxLength, group: addressOf(group, family), port, ttl };
}

function bytesOf({ interface: name, group, ...rest }: SyncDaemon): Uint8Array {
  const family = group.family === 4 ? Family.FAMILY_IPV4 : Family.FAMILY_IPV6;
  return syncDaemonCodec.encode({ ...rest, interface: interfaceBytes(name), group: addressBytes(group), family });
}
