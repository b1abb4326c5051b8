// SPDX-License-Identifier: Apache-2.0
/** Commands as functions from one state to the next. What IPVS would refuse throws an IpvsError. */
import { Draft } from './draft.js';
import { NoSuchService } from './errors.js';
import type { Endpoint, ServiceRequest } from './requests.js';
import { serviceId } from './service_id.js';
import type { RealServer, ServiceKey, State, Timeouts, VirtualService } from './types.js';

export function addService(state: State, request: ServiceRequest): State {
  return changed(state, (draft) => draft.addService(request));
}

export function editService(state: State, request: ServiceRequest): State {
  return changed(state, (draft) => draft.editService(request));
}

export function deleteService(state: State, key: ServiceKey): State {
  return changed(state, (draft) => draft.deleteService(key));
}

/** Deletes all services. Timeouts stay. */
export function clear(state: State): State {
  return changed(state, (draft) => draft.clear());
}

export function addServer(state: State, key: ServiceKey, server: RealServer): State {
  return changed(state, (draft) => draft.addServer(key, server));
}

export function editServer(state: State, key: ServiceKey, server: RealServer): State {
  return changed(state, (draft) => draft.editServer(key, server));
}

export function deleteServer(state: State, key: ServiceKey, endpoint: Endpoint): State {
  return changed(state, (draft) => draft.deleteServer(key, endpoint));
}

/** Seconds; 0 leaves a timeout as it is. */
export function setTimeouts(state: State, timeouts: Timeouts): State {
  return changed(state, (draft) => draft.setTimeouts(timeouts));
}

/** Throws NoSuchService. */
export function serviceOf(state: State, key: ServiceKey): VirtualService {
  const service = state.services.get(serviceId(key));
  if (!service) throw new NoSuchService();
  return service;
}

function changed(state: State, change: (draft: Draft) => void): State {
  const draft = new Draft(state);
  change(draft);
  return draft.state();
}
