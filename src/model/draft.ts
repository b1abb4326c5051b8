// SPDX-License-Identifier: Apache-2.0
/**
 * A state in the making, so that a thousand commands copy the services once. Each command first looks whether IPVS
 * would refuse it, in IPVS's order, and then changes; one that throws has changed nothing.
 */
import { isUnicast, sameAddress } from './address.js';
import {
  DaemonRuns,
  MixedFamilies,
  NoDaemon,
  NoSuchServer,
  NoSuchService,
  NotUnicast,
  SchedulerNotFound,
  ServerExists,
  ServiceExists,
  ServiceNotDefined,
  ThresholdsCrossed,
} from './errors.js';
import type { Endpoint, ServiceRequest } from './requests.js';
import { isPersistenceEngine, isScheduler } from './schedulers.js';
import { serviceId } from './service_id.js';
import { refuseUnreachable, syncDaemonOf } from './sync_daemon.js';
import type { FindDevice, SyncDaemonRequest } from './sync_daemon.js';
import type { RealServer, ServiceKey, State, SyncDaemons, SyncRole, Timeouts, VirtualService } from './types.js';

/** What commands ask beyond the state. */
export interface Ground {
  /** Which of the schedulers may be asked for by name; by default, all. */
  readonly hasScheduler?: ((name: string) => boolean) | undefined;
  /** By default, there is none. */
  readonly findDevice?: FindDevice | undefined;
}

export class Draft {
  readonly #services: Map<string, VirtualService>;
  #timeouts: Timeouts;
  #daemons: SyncDaemons;
  readonly #rest: Omit<State, 'services' | 'timeouts' | 'syncDaemons'>;

  constructor(
    { services, timeouts, syncDaemons = {}, ...rest }: State,
    private readonly ground: Ground = {},
  ) {
    this.#services = new Map(services);
    this.#timeouts = timeouts;
    this.#daemons = syncDaemons;
    this.#rest = rest;
  }

  /** The state as it is now; later commands do not change it. */
  state(): State {
    const daemons = isEmpty(this.#daemons) ? {} : { syncDaemons: this.#daemons };
    return { ...this.#rest, ...daemons, services: new Map(this.#services), timeouts: this.#timeouts };
  }

  addService(request: ServiceRequest): void {
    const id = serviceId(request.key);
    if (this.#services.has(id)) throw new ServiceExists();
    this.#services.set(id, this.#granted(request, []));
  }

  /** Everything but the real servers becomes what is asked for. */
  editService(request: ServiceRequest): void {
    const id = serviceId(request.key);
    const service = this.#services.get(id);
    if (!service) throw new NoSuchService();
    this.#services.set(id, this.#granted(request, service.realServers));
  }

  deleteService(key: ServiceKey): void {
    if (!this.#services.delete(serviceId(key))) throw new NoSuchService();
  }

  clear(): void {
    this.#services.clear();
  }

  addServer(key: ServiceKey, server: RealServer): void {
    const service = this.#serviceOf(key);
    this.#refuseFamily(service, server);
    refuseThresholds(server);
    if (service.realServers.some((other) => sameEndpoint(other, server))) throw new ServerExists();
    if (!isUnicast(server.address)) throw new NotUnicast();
    this.#setServers(service, [server, ...service.realServers]);
  }

  editServer(key: ServiceKey, server: RealServer): void {
    const service = this.#serviceOf(key);
    this.#refuseFamily(service, server);
    refuseThresholds(server);
    const place = findServer(service, server);
    this.#setServers(service, service.realServers.with(place, server));
  }

  deleteServer(key: ServiceKey, endpoint: Endpoint): void {
    const service = this.#serviceOf(key);
    const place = findServer(service, endpoint);
    this.#setServers(service, service.realServers.toSpliced(place, 1));
  }

  /** Seconds; 0 leaves a timeout as it is. */
  setTimeouts({ tcp, tcpFin, udp }: Timeouts): void {
    const old = this.#timeouts;
    this.#timeouts = { tcp: tcp || old.tcp, tcpFin: tcpFin || old.tcpFin, udp: udp || old.udp };
  }

  startDaemon(request: SyncDaemonRequest): void {
    const services = [...this.#services.values()];
    if (services.some((service) => service.realServers.some((server) => isMixed(service, server)))) {
      throw new MixedFamilies();
    }
    const device = this.ground.findDevice?.(request.interface);
    const daemon = syncDaemonOf(request, device);
    if (this.#daemons[request.role]) throw new DaemonRuns();
    if (device) refuseUnreachable(request, device);
    this.#daemons = { ...this.#daemons, [request.role]: daemon };
  }

  stopDaemon(role: SyncRole): void {
    const { [role]: daemon, ...others } = this.#daemons;
    if (!daemon) throw new NoDaemon();
    this.#daemons = others;
  }

  #refuseFamily(service: VirtualService, server: RealServer): void {
    if (isMixed(service, server) && !isEmpty(this.#daemons)) throw new MixedFamilies();
  }

  #granted(request: ServiceRequest, realServers: readonly RealServer[]): VirtualService {
    const { scheduler, persistenceEngine } = request;
    if (!isScheduler(scheduler) || this.ground.hasScheduler?.(scheduler) === false) throw new SchedulerNotFound();
    if (persistenceEngine !== undefined && !isPersistenceEngine(persistenceEngine)) throw new SchedulerNotFound();
    return { ...request, scheduler, realServers };
  }

  #serviceOf(key: ServiceKey): VirtualService {
    const service = this.#services.get(serviceId(key));
    if (!service) throw new ServiceNotDefined();
    return service;
  }

  #setServers(service: VirtualService, realServers: readonly RealServer[]): void {
    this.#services.set(serviceId(service.key), { ...service, realServers });
  }
}

function isMixed({ key }: VirtualService, { address }: RealServer): boolean {
  return address.family !== (key.kind === 'mark' ? key.family : key.address.family);
}

function isEmpty(daemons: SyncDaemons): boolean {
  return !daemons.master && !daemons.backup;
}

function refuseThresholds({ upperThreshold, lowerThreshold }: RealServer): void {
  if (lowerThreshold > upperThreshold) throw new ThresholdsCrossed();
}

function findServer(service: VirtualService, endpoint: Endpoint): number {
  const place = service.realServers.findIndex((server) => sameEndpoint(server, endpoint));
  if (place < 0) throw new NoSuchServer();
  return place;
}

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && sameAddress(a.address, b.address);
}
