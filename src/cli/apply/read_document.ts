// SPDX-License-Identifier: Apache-2.0
/** A file in YAML: each of its items is said in ipvsadm's words, which know what goes with what. */
import type { ConfigDocument, MethodWord, ServerDocument, ServiceDocument } from '../../config/document.js';
import { ConfigError } from '../../config/place.js';
import { validate } from '../../config/validate.js';
import { readYaml } from '../../config/yaml.js';
import type { Path, YamlFile } from '../../config/yaml.js';
import type { Settings } from '../../model/settings.js';
import type { Names } from '../ipvsadm/names.js';
import { readMark } from './read_mark.js';
import { readWords } from './read_words.js';
import type { CommandStep, MarkStep, Step } from './step.js';

const KEYS = { tcp: '-t', udp: '-u', sctp: '--sctp-service', mark: '-f' } as const;
const METHODS: Readonly<Record<MethodWord, string>> = { nat: '-m', dr: '-g', tun: '-i' };
const CHECKSUMS = { none: '--tun-nocsum', outer: '--tun-csum', remote: '--tun-remcsum' } as const;
const DEFAULT_METHOD: MethodWord = 'dr';

/** A word, and where in the item it comes from. */
type Word = readonly [word: string, ...path: (string | number)[]];

/** Steps, and what is no command of ipvsadm's. */
export interface ReadDocument {
  readonly steps: readonly Step[];
  readonly settings?: Settings;
}

/** Throws ConfigError. */
export function readDocument(text: string, names: Names): ReadDocument {
  const file = readYaml(text);
  const { timeouts, marks, services, settings } = validate(file);
  const steps = [
    ...(timeouts ? [stepOf(timeoutWords(timeouts), file, ['timeouts'], names)] : []),
    ...(marks ? markSteps(marks, file) : []),
    ...services.flatMap((service, index) => stepsOf(service, file, ['services', index], names)),
  ];
  return { steps, ...(settings && { settings }) };
}

function markSteps(rules: readonly string[], file: YamlFile): MarkStep[] {
  if (rules.length === 0) return [{ rule: undefined, place: file.placeOf(['marks']) }];
  return rules.map((rule, index) => readMark(rule.trim().split(/\s+/), file.placeOf(['marks', index])));
}

function stepsOf(service: ServiceDocument, file: YamlFile, path: Path, names: Names): Step[] {
  const { servers = [] } = service;
  checkFamily(service, file, path);
  checkMask(service, file, path);
  return [
    stepOf(serviceWords(service), file, path, names),
    ...servers.map((server, index) => serverStep(service, server, file, [...path, 'servers', index], names)),
  ];
}

function stepOf(words: readonly Word[], file: YamlFile, path: Path, names: Names): CommandStep {
  const placed = words.map(([word, ...inside]) => ({ word, place: file.placeOf([...path, ...inside]) }));
  return { ...readWords(placed, names), place: file.placeOf(path) };
}

function timeoutWords(timeouts: NonNullable<ConfigDocument['timeouts']>): Word[] {
  const fields = ['tcp', 'tcp-fin', 'udp'] as const;
  return [['--set'], ...fields.map((field): Word => [String(timeouts[field] ?? 0), field])];
}

function serviceWords(service: ServiceDocument): Word[] {
  const { scheduler, persistence, 'scheduler-flags': flags = [], 'persistence-engine': engine } = service;
  return [
    ['-A'],
    ...keyWords(service),
    ...(scheduler === undefined ? [] : option('-s', scheduler, 'scheduler')),
    ...(persistence ? option('-p', String(persistence.timeout ?? 360), 'persistence', 'timeout') : []),
    ...(persistence?.mask === undefined ? [] : option('-M', String(persistence.mask), 'persistence', 'mask')),
    ...(engine === undefined ? [] : option('--pe', engine, 'persistence-engine')),
    ...(service['one-packet'] ? [['-o', 'one-packet'] as const] : []),
    ...(flags.length === 0 ? [] : option('-b', flags.join(','), 'scheduler-flags')),
  ];
}

/** Its place is the service's, whoever of its real servers names it. */
function keyWords(service: ServiceDocument): Word[] {
  const fields = ['tcp', 'udp', 'sctp', 'mark'] as const;
  const field = fields.find((name) => service[name] !== undefined) ?? 'tcp';
  const words = option(KEYS[field], String(service[field]), field);
  return service.family === 6 ? [...words, ['-6', 'family']] : words;
}

function option(name: string, value: string, ...path: (string | number)[]): Word[] {
  return [
    [name, ...path],
    [value, ...path],
  ];
}

function checkFamily({ family, mark }: ServiceDocument, file: YamlFile, path: Path): void {
  if (family === undefined || mark !== undefined) return;
  throw new ConfigError("family is a mark's: an address has its own", file.placeOfKey(path, 'family'));
}

/** ipvsadm would read 24 as 0.0.0.24. */
function checkMask(service: ServiceDocument, file: YamlFile, path: Path): void {
  const mask = service.persistence?.mask;
  if (mask === undefined || (typeof mask === 'number') === isIpv6(service)) return;
  const form = isIpv6(service) ? 'a prefix length such as 64' : 'a netmask such as 255.255.255.0';
  throw new ConfigError(`mask must be ${form} here`, file.placeOf([...path, 'persistence', 'mask']));
}

function isIpv6({ tcp, udp, sctp, family }: ServiceDocument): boolean {
  return family === 6 || [tcp, udp, sctp].some((name) => name?.startsWith('[') ?? false);
}

function serverStep(
  service: ServiceDocument,
  server: ServerDocument,
  file: YamlFile,
  path: Path,
  names: Names,
): CommandStep {
  const step = stepOf(serverWords(service, server), file, path, names);
  const { command } = step;
  if (command.name === 'add-server' && isPortLost(server, command.server.port))
    throw new ConfigError('only NAT changes ports: leave the port out', file.placeOf([...path, 'address']));
  return step;
}

/** ipvsadm passes over the port of a real server that cannot have one of its own. */
function isPortLost({ address }: ServerDocument, port: number): boolean {
  const own = /^(?:\[.*\]|[^:]*):(\d+)$/.exec(address)?.[1];
  return own !== undefined && Number(own) !== port;
}

function serverWords(service: ServiceDocument, server: ServerDocument): Word[] {
  const { address, method = DEFAULT_METHOD, weight, tunnel } = server;
  const { 'upper-threshold': upper, 'lower-threshold': lower } = server;
  return [
    ['-a'],
    ...keyWords(service).map(([word]): Word => [word]),
    ...option('-r', withoutBareBrackets(address), 'address'),
    [METHODS[method], 'method'],
    ...(weight === undefined ? [] : option('-w', String(weight), 'weight')),
    ...(upper === undefined ? [] : option('-x', String(upper), 'upper-threshold')),
    ...(lower === undefined ? [] : option('-y', String(lower), 'lower-threshold')),
    ...(tunnel ? tunnelWords(tunnel) : []),
  ];
}

/** ipvsadm takes brackets only with a port. */
function withoutBareBrackets(address: string): string {
  return /^\[(.*)\]$/.exec(address)?.[1] ?? address;
}

function tunnelWords({ type, port, checksum }: NonNullable<ServerDocument['tunnel']>): Word[] {
  return [
    ...option('--tun-type', type, 'tunnel', 'type'),
    ...(port === undefined ? [] : option('--tun-port', String(port), 'tunnel', 'port')),
    ...(checksum === undefined ? [] : [[CHECKSUMS[checksum], 'tunnel', 'checksum'] as const]),
  ];
}
