// SPDX-License-Identifier: Apache-2.0
/** ipvsadm's lines, told to the model of IPVS. */
import { parse } from '../../src/cli/ipvsadm/parse.js';
import { SystemNames } from '../../src/cli/ipvsadm/system_names.js';
import { formatAddress } from '../../src/model/address.js';
import type { ServiceRequest } from '../../src/model/requests.js';
import type { RealServer, ServiceKey } from '../../src/model/types.js';
import { IpvsService } from './ipvs/service.js';
import type { Predictable } from './ipvs/service.js';

/** One service at a time is enough. */
export class ToldIpvs {
  #service: IpvsService | undefined;

  get service(): IpvsService {
    if (!this.#service) throw new Error('there is no service');
    return this.#service;
  }

  tell(line: string): void {
    const command = parse(line.split(' ').filter(Boolean), new SystemNames());
    switch (command.name) {
      case 'flush':
        this.#service = undefined;
        break;
      case 'add-service':
        this.#service = new IpvsService(
          virtualOf(command.service.key),
          schedulerOf(command.service),
          flagsOf(command.service),
        );
        break;
      case 'edit-service':
        this.service.change(schedulerOf(command.service), flagsOf(command.service));
        break;
      case 'add-server':
        this.service.add(formatAddress(command.server.address), command.server.port, settingsOf(command.server));
        break;
      case 'edit-server':
        this.service.edit(formatAddress(command.server.address), settingsOf(command.server));
        break;
      case 'delete-server':
        this.service.delete(formatAddress(command.endpoint.address));
        break;
      case 'set':
        break;
      default:
        throw new Error(`no model of ${line}`);
    }
  }
}

function virtualOf(key: ServiceKey): string {
  if (key.kind === 'mark') throw new Error('no model of firewall marks');
  return formatAddress(key.address);
}

function schedulerOf({ scheduler }: ServiceRequest): Predictable {
  return scheduler as Predictable;
}

function flagsOf({ schedulerFlags }: ServiceRequest): IpvsService['flags'] {
  return { fallback: schedulerFlags.flag1, port: schedulerFlags.flag2 };
}

function settingsOf({ weight, upperThreshold, lowerThreshold }: RealServer) {
  return { weight, upper: upperThreshold, lower: lowerThreshold };
}
