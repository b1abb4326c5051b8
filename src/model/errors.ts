// SPDX-License-Identifier: Apache-2.0
/** What IPVS refuses, each with the sentence that ipvsadm prints for it. */

/** What it has for many reasons. */
const INVALID_OPERATION = 'Invalid operation.  Possibly wrong module version, address not unicast, ...';

export abstract class IpvsError extends Error {
  readonly exitCode: number = 255;

  protected constructor(sentence: string) {
    super(sentence);
    this.name = new.target.name;
  }
}

export class ServiceExists extends IpvsError {
  constructor() {
    super('Service already exists');
  }
}

/** The command is about a service itself: to edit, delete, zero or list it. */
export class NoSuchService extends IpvsError {
  constructor() {
    super('No such service');
  }
}

/** The command is about a real server of a service that is not there. */
export class ServiceNotDefined extends IpvsError {
  constructor() {
    super('Service not defined');
  }
}

export class ServerExists extends IpvsError {
  constructor() {
    super('Destination already exists');
  }
}

export class NoSuchServer extends IpvsError {
  constructor() {
    super('No such destination');
  }
}

export class SchedulerNotFound extends IpvsError {
  constructor() {
    super('Scheduler or persistence engine not found');
  }
}

/** A real server's address is multicast, broadcast, link-local or unspecified. */
export class NotUnicast extends IpvsError {
  constructor() {
    super(INVALID_OPERATION);
  }
}

/** A lower threshold above the upper one. */
export class ThresholdsCrossed extends IpvsError {
  constructor() {
    super('Numerical result out of range');
  }
}

/** Synchronisation knows no real servers of another family than their service. */
export class MixedFamilies extends IpvsError {
  constructor() {
    super(INVALID_OPERATION);
  }
}

export class DaemonRuns extends IpvsError {
  constructor() {
    super('Daemon has already run');
  }
}

export class NoDaemon extends IpvsError {
  constructor() {
    super('No daemon is running');
  }
}

export class NoSuchDevice extends IpvsError {
  constructor() {
    super('No such device');
  }
}

export class NetworkUnreachable extends IpvsError {
  constructor() {
    super('Network is unreachable');
  }
}
