// Which Network Policy API a system speaks, where nobody says: AdminNetworkPolicy and BaselineAdminNetworkPolicy ended with the line before ClusterNetworkPolicy came.
import type { Targets } from '../../core/targets';
import type { ManifestDocument } from '../documents/document';

const GROUP = 'policy.networking.k8s.io/';

/** The last line that serves the older kinds. */
const OLDER_LINE = '0.1.5';

/**
 * The line of Network Policy API that documents give away.
 *
 * @returns undefined where a target names one, where they have none of its older kinds, and where they have the newer, too
 */
export function policyLineOf(documents: readonly ManifestDocument[], ...given: readonly (Targets | undefined)[]): string | undefined {
  if (given.some((targets) => targets?.networkPolicyApi !== undefined)) return undefined;
  let older = false;
  for (const { object: { apiVersion, kind }, targets } of documents) {
    if (typeof apiVersion !== 'string' || !apiVersion.startsWith(GROUP)) continue;
    if (kind === 'ClusterNetworkPolicy' || targets?.networkPolicyApi !== undefined) return undefined;
    older ||= kind === 'AdminNetworkPolicy' || kind === 'BaselineAdminNetworkPolicy';
  }
  return older ? OLDER_LINE : undefined;
}
