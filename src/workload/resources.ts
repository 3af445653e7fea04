import type { ErrorScope } from '../core/errors';
import { NetstackError } from '../core/errors';
import { requireOptions } from '../core/shape';
import { quantityAmount } from './quantity';
import type { ResourceOptions } from './workload-props';

/** What a container asks for when the program says nothing. */
export const DEFAULT_CPU_REQUEST = '100m';
export const DEFAULT_MEMORY_REQUEST = '256Mi';

/** Requests and limits of a container, complete. */
export interface ResourceState {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu?: string; readonly memory: string };
}

/** Fills in what is not given. @throws NetstackError for a text that is no quantity, or a request above its limit */
export function checkResources(given: ResourceOptions | undefined, workload: string, scope: ErrorScope): ResourceState {
  const options = requireOptions(given ?? {}, { requests: true, limits: true }, `resources of workload ${workload}`, scope);
  for (const part of ['requests', 'limits'] as const) requireOptions(options[part] ?? {}, { cpu: true, memory: true }, `resources.${part} of workload ${workload}`, scope);
  const request = (kind: 'cpu' | 'memory', fallback: string): string => {
    const asked = options.requests?.[kind];
    const limit = options.limits?.[kind];
    const where = `of workload ${workload}`;
    const amount = quantityAmount(asked ?? fallback, `The ${kind} request ${where}`, scope);
    if (limit === undefined) return asked ?? fallback;
    const most = quantityAmount(limit, `The ${kind} limit ${where}`, scope);
    if (amount <= most) return asked ?? fallback;
    if (asked === undefined) return limit;
    throw new NetstackError({ what: `Workload ${workload} requests ${asked} of ${kind} and is limited to ${limit}`, scope, fix: 'raise the limit or lower the request' });
  };
  const requests = { cpu: request('cpu', DEFAULT_CPU_REQUEST), memory: request('memory', DEFAULT_MEMORY_REQUEST) };
  return { requests, limits: { ...options.limits?.cpu !== undefined && { cpu: options.limits.cpu }, memory: options.limits?.memory ?? requests.memory } };
}
