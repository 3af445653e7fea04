import type { PodDisruptionBudgetSpec } from '../../imports/policy/v1';
import type { VersionState } from './workload-state';

/** How many pods of a version may be down for maintenance at once. */
export function renderDisruptionBudget(version: VersionState, maxUnavailable: number): PodDisruptionBudgetSpec {
  return { maxUnavailable, selector: { matchLabels: { ...version.selector } } };
}
