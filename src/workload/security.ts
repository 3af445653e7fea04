import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { requireOptions } from '../core/shape';
import type { PodSecurityOptions } from './workload-props';

/** @throws NetstackError for an id that is no whole number, or user 0, which the restricted standard refuses */
export function checkSecurity(given: PodSecurityOptions | undefined, workload: string, scope: ErrorScope): PodSecurityOptions {
  const options = requireOptions(given ?? {}, { runAsUser: true, runAsGroup: true, fsGroup: true, readOnlyRootFilesystem: true }, `security of workload ${workload}`, scope);
  for (const [field, least] of [['runAsUser', 1], ['runAsGroup', 0], ['fsGroup', 0]] as const) {
    const id = options[field];
    if (id !== undefined && !(Number.isInteger(id) && id >= least && id <= 2_147_483_647)) {
      throw new NetstackError({ what: `${field} of workload ${workload} is ${shorten(id)}`, scope, fix: `give a whole number from ${least} to 2147483647` });
    }
  }
  if (options.readOnlyRootFilesystem !== undefined && typeof options.readOnlyRootFilesystem !== 'boolean') {
    throw new NetstackError({ what: `readOnlyRootFilesystem of workload ${workload} is ${shorten(options.readOnlyRootFilesystem)}`, scope, fix: 'give true or false' });
  }
  return { ...options };
}
