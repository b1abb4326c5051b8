// SPDX-License-Identifier: Apache-2.0
/** `xdpvs check` on the director of this network namespace, or on none yet. */
import { Director } from '../director/director.js';
import { KernelError, NotAttached } from '../kernel/errors.js';
import { EMPTY_STATE } from '../model/state.js';
import type { State } from '../model/types.js';
import { runCheck } from './check.js';
import type { Output } from './output.js';

export async function checkCommand(options: { readonly json: boolean }, say: Output): Promise<number> {
  try {
    return await runCheck(stateOf(new Director()), options, say.out);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    say.err(`xdpvs check: ${error.message}`);
    return error.exitCode;
  }
}

function stateOf(director: Director): State {
  try {
    return director.read();
  } catch (error) {
    if (error instanceof NotAttached) return EMPTY_STATE;
    throw error;
  }
}
