// SPDX-License-Identifier: Apache-2.0
/** The virtual services that ipvsadm's lines make, and which of them a packet is for (ip_vs_ctl.c). */
import { parse } from '../../../src/cli/ipvsadm/parse.js';
import { SystemNames } from '../../../src/cli/ipvsadm/system_names.js';
import { formatAddress } from '../../../src/model/address.js';
import type { ServiceRequest } from '../../../src/model/requests.js';
import { serviceId } from '../../../src/model/service_id.js';
import type { ForwardingMethod, Persistence, RealServer, ServiceKey } from '../../../src/model/types.js';
import type { Destination } from '../../schedulers/ipvs/destination.js';
import { endpoint } from './endpoints.js';
import { IpvsService } from '../../schedulers/ipvs/service.js';
import type { Predictable } from '../../schedulers/ipvs/service.js';

export class VirtualService {
  persistence: Persistence | undefined;
  /** `--pe sip` */
  hasEngine = false;
  isOnePacket = false;
  readonly methods = new Map<Destination, ForwardingMethod>();

  constructor(
    readonly key: ServiceKey,
    readonly scheduled: IpvsService,
  ) {}

  /** 0: of a mark, and of all ports. */
  get port(): number {
    return this.key.kind === 'mark' ? 0 : this.key.port;
  }

  find(address: string): Destination | undefined {
    return this.scheduled.destinations.find((each) => each.address === address);
  }
}

export class Services {
  readonly all = new Map<string, VirtualService>();
  readonly #trash = new Map<string, Destination[]>();

  tell(line: string): void {
    const command = parse(line.split(' '), new SystemNames());
    switch (command.name) {
      case 'flush':
        for (const id of [...this.all.keys()]) this.#remove(id);
        break;
      case 'add-service':
        this.#edit(this.#add(command.service), command.service);
        break;
      case 'edit-service': {
        const service = this.#of(command.service.key);
        service.scheduled.change(command.service.scheduler as Predictable, flagsOf(command.service));
        this.#edit(service, command.service);
        break;
      }
      case 'delete-service':
        this.#remove(serviceId(command.key));
        break;
      case 'add-server':
      case 'edit-server':
        this.#setServer(this.#of(command.key), command.server, command.name === 'add-server');
        break;
      case 'delete-server':
        this.#of(command.key).scheduled.delete(formatAddress(command.endpoint.address));
        break;
      default:
        throw new Error(`no model of ${line}`);
    }
  }

  /** By mark, by port, or by that of all ports. */
  find(mark: number, protocol: string, address: string, port: number): VirtualService | undefined {
    const text = address.includes(':') ? `[${address}]` : address;
    return (
      this.all.get(`mark ${mark}`) ??
      this.all.get(`${protocol} ${text}:${port}`) ??
      this.all.get(`${protocol} ${text}:0`)
    );
  }

  /** The service of SIP that a real server of its may begin calls of, and this. */
  findCaller(real: string): { service: VirtualService; destination: Destination } | undefined {
    const { address, port } = endpoint(real);
    for (const service of this.all.values()) {
      const { key, hasEngine, methods } = service;
      if (!hasEngine || key.kind !== 'address' || key.protocol !== 'udp' || key.port === 0) continue;
      const destination = service.find(address);
      if (destination?.port === port && methods.get(destination) === 'masquerade') return { service, destination };
    }
    return undefined;
  }

  #of(key: ServiceKey): VirtualService {
    return this.all.get(serviceId(key))!;
  }

  #add(request: ServiceRequest): VirtualService {
    const id = serviceId(request.key);
    const trash = this.#trash.get(id) ?? [];
    this.#trash.set(id, trash);
    const scheduled = new IpvsService('', request.scheduler as Predictable, flagsOf(request), trash);
    const service = new VirtualService(request.key, scheduled);
    this.all.set(id, service);
    return service;
  }

  #edit(service: VirtualService, { persistence, persistenceEngine, onePacket }: ServiceRequest): void {
    service.persistence = persistence;
    service.hasEngine = persistenceEngine !== undefined;
    service.isOnePacket = onePacket;
  }

  #setServer({ scheduled, methods }: VirtualService, server: RealServer, isNew: boolean): void {
    const address = formatAddress(server.address);
    const { weight, upperThreshold: upper, lowerThreshold: lower } = server;
    if (isNew) scheduled.add(address, server.port, { weight, upper, lower });
    else scheduled.edit(address, { weight, upper, lower });
    methods.set(
      scheduled.destinations.find((each) => each.address === address)!,
      server.method,
    );
  }

  #remove(id: string): void {
    const { scheduled } = this.all.get(id)!;
    for (const { address } of [...scheduled.destinations]) scheduled.delete(address);
    this.all.delete(id);
  }
}

function flagsOf({ schedulerFlags }: ServiceRequest): IpvsService['flags'] {
  return { fallback: schedulerFlags.flag1, port: schedulerFlags.flag2 };
}
