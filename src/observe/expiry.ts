// SPDX-License-Identifier: Apache-2.0
/** When a line of the connection table means something. */

/** Jiffies wrap, so the sign of the difference tells; what is expired counts as absent, as the data plane has it. */
export function isLive(expires: number, jiffies: number): boolean {
  return ((expires - jiffies) | 0) > 0;
}

/** Whole seconds until `expires`, as `ipvsadm -Lc` shows them. */
export function secondsLeft(
  expires: number,
  { jiffies, hz }: { readonly jiffies: number; readonly hz: number },
): number {
  return Math.floor(((expires - jiffies) | 0) / hz);
}
