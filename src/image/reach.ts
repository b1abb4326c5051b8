// SPDX-License-Identifier: Apache-2.0
/** Which of the data plane's wider searches for a service are needed at all (SETTING_*): without them nobody pays for them. */
import { SETTING_FTP, SETTING_MARKS, SETTING_PORT_ZERO, serviceKeyCodec } from '../abi/generated.js';
import { keyBytes } from './image.js';
import { mayBeFtp } from './ports.js';

const FTP_PORT = 21;

/** `services` are keys as images name them. */
export function reachOf(services: Iterable<string>, markRules: number): number {
  let flags = 0;
  for (const text of services) {
    const { mark, port, protocol } = serviceKeyCodec.decode(keyBytes(text));
    if (mayBeFtp({ mark, port, protocol }) && (mark === 0 || markRules > 0)) flags |= SETTING_FTP;
    if (mark !== 0) flags |= markRules > 0 ? SETTING_MARKS : 0;
    else if (port === 0 || port === FTP_PORT) flags |= SETTING_PORT_ZERO;
  }
  return flags;
}
