// SPDX-License-Identifier: Apache-2.0
/**
 * A state in the making, so that a thousand commands copy the services once. Each command first looks whether IPVS
 * would refuse it, in IPVS's order, and then changes; one that throws has changed nothing.
 */
import { isUnicast, sameAddress } from './address.js';
import {
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
import type { RealServer, ServiceKey, State, Timeouts, VirtualService } from './types.js';

export class Draft {
  readonly #services: Map<string, VirtualService>;
  #timeouts: Timeouts;
  readonly #rest: Omit<State, 'services' | 'timeouts'>;

  /** `hasScheduler`: which of the schedulers may be asked for by name. */
  constructor(
    { services, timeouts, ...rest }: State,
    private readonly hasScheduler: (name: string) => boolean = isScheduler,
  ) {
    this.#services = new Map(services);
    this.#timeouts = timeouts;
    this.#rest = rest;
  }

  /** The state as it is now; later commands do not change it. */
  state(): State {
    return { ...this.#rest, services: new Map(this.#services), timeouts: this.#timeouts };
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
    refuseThresholds(server);
    if (service.realServers.some((other) => sameEndpoint(other, server))) throw new ServerExists();
    if (!isUnicast(server.address)) throw new NotUnicast();
    this.#setServers(service, [server, ...service.realServers]);
  }

  editServer(key: ServiceKey, server: RealServer): void {
    const service = this.#serviceOf(key);
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

  #granted(request: ServiceRequest, realServers: readonly RealServer[]): VirtualService {
    const { scheduler, persistenceEngine } = request;
    if (!isScheduler(scheduler) || !this.hasScheduler(scheduler)) throw new SchedulerNotFound();
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
