// SPDX-License-Identifier: Apache-2.0
/** The commands of `xdpvs`, in the order in which its help tells them. */
import { APPLY } from './apply.js';
import { ATTACH } from './attach.js';
import { CHECK } from './check.js';
import type { Command } from './command.js';
import { COMPLETION } from './completion.js';
import { CONNECTIONS } from './connections.js';
import { DETACH } from './detach.js';
import { MARK } from './mark.js';
import { OUTCOMES } from './outcomes.js';
import { PROC } from './proc.js';
import { REALSERVER } from './realserver.js';
import { REMOVE } from './remove.js';
import { SAVE } from './save.js';
import { SERVE } from './serve.js';
import { SERVERS } from './servers.js';
import { SERVICES } from './services.js';
import { SET } from './set.js';
import { STATUS } from './status.js';
import { TOP } from './top.js';
import { WATCH } from './watch.js';

export const COMMANDS: readonly Command[] = [
  ATTACH,
  DETACH,
  STATUS,
  CHECK,
  SERVICES,
  SERVERS,
  CONNECTIONS,
  OUTCOMES,
  TOP,
  WATCH,
  MARK,
  APPLY,
  SAVE,
  REMOVE,
  SET,
  REALSERVER,
  SERVE,
  PROC,
  COMPLETION,
];
