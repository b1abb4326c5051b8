// SPDX-License-Identifier: Apache-2.0
/** Which of the data plane's wider searches for a service are needed at all (SETTING_*): without them nobody pays for them. */
import { SETTING_FTP, SETTING_MARKS, SETTING_PORT_ZERO, serviceKeyCodec } from '../abi/generated.js';
import { keyBytes } from './image.js';
import { mayBeFtp } from './ports.js';

const FTP_PORT = 21;

/** `services` are keys as images name them. */
export function reachOf(services: Iterable<string>, markRules: number): number {
  let flags = 0;
  for (const key of services) if (isMark(key) || takesOtherPorts(key)) flags |= flagsOf(key, markRules);
  return flags;
}

function flagsOf(key: string, markRules: number): number {
  const fields = serviceKeyCodec.decode(keyBytes(key));
  if (fields.mark !== 0 && markRules === 0) return 0;
  return (fields.mark !== 0 ? SETTING_MARKS : SETTING_PORT_ZERO) | (mayBeFtp(fields) ? SETTING_FTP : 0);
}

/** Of ten thousand keys only what is asked for is read. */
const { mark: MARK, port: PORT } = serviceKeyCodec.offsets;

function isMark(key: string): boolean {
  for (let byte = MARK; byte < MARK + 4; byte++) if (key.charCodeAt(byte) !== 0) return true;
  return false;
}

function takesOtherPorts(key: string): boolean {
  const port = (key.charCodeAt(PORT) << 8) | key.charCodeAt(PORT + 1);
  return port === 0 || port === FTP_PORT;
}
