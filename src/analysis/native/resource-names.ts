// Names of resources that containers ask for: pkg/apis/core/validation (validateContainerResourceName), pkg/apis/core/helper.
import { qualifiedName } from '../schema/names';
import type { Place } from './place';
import { checkName } from './words';

const STANDARD: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

export function checkResourceName(name: string, at: Place): void {
  const bad = qualifiedName(name) !== undefined;
  if (bad) return checkName(name, qualifiedName, at, 'the name of the resource');
  if (!name.includes('/')) {
    if (!STANDARD.includes(name) && !name.startsWith('hugepages-')) at.refuse((show) => `${show(name)} is no resource of containers`, `use ${STANDARD.join(', ')}, hugepages-…, or a name with a prefix`);
  } else if (!name.includes('kubernetes.io/') && (name.startsWith('requests.') || qualifiedName(`requests.${name}`) !== undefined)) {
    at.refuse((show) => `${show(name)} is no name of an extended resource`);
  }
}
