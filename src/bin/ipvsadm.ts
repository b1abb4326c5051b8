// SPDX-License-Identifier: Apache-2.0
import { ipvsadmMain } from '../ipvsadm_main.js';

process.exitCode = ipvsadmMain('ipvsadm', process.argv.slice(2));
