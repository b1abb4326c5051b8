// SPDX-License-Identifier: Apache-2.0
/** A state in the YAML form. What is as it would be without being said is left out. */
import type { ConfigDocument, MethodWord, ServerDocument, ServiceDocument } from '../../config/document.js';
import { formatAddress } from '../../model/address.js';
import type {
  ForwardingMethod,
  Persistence,
  RealServer,
  ServiceKey,
  State,
  VirtualService,
} from '../../model/types.js';
import { ruleWords } from '../mark/words.js';
import { maskText } from '../ipvsadm/mask.js';
import { endpointWord, flagNames } from '../show/words.js';

const METHODS: Readonly<Record<ForwardingMethod, MethodWord>> = {
  masquerade: 'nat',
  'direct-route': 'dr',
  tunnel: 'tun',
};

export function saveDocument({ services, timeouts, settings, marks = [] }: State): ConfigDocument {
  const { tcp, tcpFin, udp } = timeouts;
  return {
    timeouts: { tcp, 'tcp-fin': tcpFin, udp },
    ...(settings && { settings }),
    ...(marks.length > 0 && { marks: marks.map((rule) => ruleWords(rule).join(' ')) }),
    services: [...services.values()].map(serviceDocument),
  };
}

function serviceDocument(service: VirtualService): ServiceDocument {
  const { key, scheduler, persistence, persistenceEngine, onePacket, realServers } = service;
  const flags = flagNames(service);
  return {
    ...keyFields(key),
    scheduler,
    ...(flags.length > 0 && { 'scheduler-flags': flags }),
    ...(persistence && { persistence: persistenceFields(key, persistence) }),
    ...(persistenceEngine !== undefined && { 'persistence-engine': persistenceEngine }),
    ...(onePacket && { 'one-packet': true }),
    servers: realServers.map((server) => serverDocument(server, key)).reverse(),
  };
}

function keyFields(key: ServiceKey): ServiceDocument {
  if (key.kind === 'address') return { [key.protocol]: endpointWord(key) };
  return { mark: key.mark, ...(key.family === 6 && { family: 6 }) };
}

function persistenceFields(key: ServiceKey, persistence: Persistence): NonNullable<ServiceDocument['persistence']> {
  const mask = maskText(key, persistence);
  return {
    timeout: persistence.timeoutS,
    ...(mask !== undefined && { mask: mask.includes('.') ? mask : Number(mask) }),
  };
}

function serverDocument(server: RealServer, key: ServiceKey): ServerDocument {
  const { method, tunnel, weight, upperThreshold, lowerThreshold } = server;
  return {
    address: addressWord(server, key),
    method: METHODS[method],
    weight,
    ...(upperThreshold > 0 && { 'upper-threshold': upperThreshold }),
    ...(lowerThreshold > 0 && { 'lower-threshold': lowerThreshold }),
    ...(method === 'tunnel' && { tunnel: tunnelFields(tunnel) }),
  };
}

/** The port is said where it is not the service's. */
function addressWord(server: RealServer, key: ServiceKey): string {
  const usual = key.kind === 'mark' ? 0 : key.port;
  return server.port === usual ? formatAddress(server.address) : endpointWord(server);
}

function tunnelFields({ type, port, checksum }: RealServer['tunnel']): NonNullable<ServerDocument['tunnel']> {
  return { type, ...(port > 0 && { port }), ...(type !== 'ipip' && { checksum }) };
}
