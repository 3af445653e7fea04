// Versions whose schemas are not here: the line that is judged by, and what to say of it.
import type { System, Targets } from '../../core/targets';
import { resolveTargets } from '../../core/targets';
import { productName } from './lines';

/** A version that somebody targets, and the line of another minor version that stands for it. */
export interface StandIn {
  /** `Kubernetes 1.34`. */
  readonly target: string;
  /** `1.32`. */
  readonly line: string;
}

/** The targets that are judged by another minor version. */
export function standIns(targets: Targets): readonly StandIn[] {
  const lines = resolveTargets(targets);
  return (Object.keys(targets) as System[]).flatMap((system): readonly StandIn[] => {
    const target = targets[system];
    const version = typeof target === 'object' ? target.version : target;
    const line = lines[system];
    // What is no number stands for every version.
    return version === undefined || !/^\d/.test(line) || minor(version) === minor(line) ? [] : [{ target: `${productName(system)} ${version}`, line }];
  });
}

/** A version that names no minor one, such as `2`, asks for none. */
function minor(version: string): string {
  return version.replace(/^v/, '').split('.').slice(0, 2).join('.');
}
