import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { dnsLabel } from '../core/kubernetes-name';

/** A namespace by its name, or the construct that makes it. */
export type NamespaceRef = string | { readonly name: string };

/**
 * The namespace of what is declared below `scope`: the one given, else its chart's, else `default`. Never undefined, because objects of ours name it always.
 *
 * @throws NetstackError for something that is no name of a namespace
 */
export function namespaceOf(scope: Construct, given?: NamespaceRef): string {
  const name = typeof given === 'object' && given !== null ? given.name : given ?? Chart.of(scope).namespace ?? 'default';
  return dnsLabel(name, 'Namespace', scope);
}
