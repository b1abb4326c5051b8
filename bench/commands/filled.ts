// SPDX-License-Identifier: Apache-2.0
/** The service whose connections are listed. */
export const FILLED = { address: '10.200.0.1', port: 53 } as const;

export const FILLED_LINES = [
  `-A -u ${FILLED.address}:${FILLED.port} -s rr`,
  `-a -u ${FILLED.address}:${FILLED.port} -r 10.1.0.1:53 -g`,
];
