// SPDX-License-Identifier: Apache-2.0
/** The commands of `xdpvs`, in the order in which its help tells them. */
import { ATTACH } from './attach.js';
import { CHECK } from './check.js';
import type { Command } from './command.js';
import { DETACH } from './detach.js';
import { REALSERVER } from './realserver.js';
import { SERVE } from './serve.js';
import { STATUS } from './status.js';

export const COMMANDS: readonly Command[] = [ATTACH, DETACH, STATUS, CHECK, REALSERVER, SERVE];
