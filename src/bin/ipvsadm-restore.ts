// SPDX-License-Identifier: Apache-2.0
import { endProcess } from '../end_process.js';
import { ipvsadmMain } from '../ipvsadm_main.js';

await endProcess(ipvsadmMain('ipvsadm-restore', process.argv.slice(2)));
