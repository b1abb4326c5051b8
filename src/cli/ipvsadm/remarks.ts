// SPDX-License-Identifier: Apache-2.0
/** What is said to a person, and to no script. */

/** Of what is noted, and not carried out. */
export const DAEMON_IS_IDLE = 'the daemon is noted, but connections are not synchronised yet';
