// Selectors of namespaces: whether a namespace with the label can be there, as far as the documents know their namespaces.
import type { ClusterModel } from './cluster-model';
import type { Fields } from './fields';
import { beside } from './references';
import { PLATFORM_NAMESPACES } from './references/built-in';
import type { Requirement } from './selector';
import { requirementsOf } from './selector';

/** Why a selector finds no namespace. */
export interface NoNamespace {
  readonly requirements: readonly Requirement[];
  /** A namespace that was likely meant: the label's value is its name. */
  readonly meant: string | undefined;
}

/**
 * Says why a selector finds no namespace; undefined when it finds one, or when one may be there that the documents do not describe.
 * Labels are known where every namespace that the documents use is declared in them.
 */
export function noNamespace(cluster: ClusterModel, selector: Fields): NoNamespace | undefined {
  if (cluster.open || !cluster.derive(labelsAreKnown)) return undefined;
  const found = cluster.selectNamespaces(selector);
  const requirements = !found || found.length > 0 ? undefined : requirementsOf(selector);
  if (!requirements || requirements.length === 0) return undefined;
  const values = requirements.flatMap(({ operator, values: all }) => (operator === 'In' ? all : []));
  const meant = values.find((value) => cluster.namespace(value)?.declared === true);
  if (meant !== undefined) return { requirements, meant };
  // Another program's namespace may carry the label, or be the one that is named.
  if (values.some((value) => PLATFORM_NAMESPACES.test(value) || cluster.derive(beside).isOpen(value))) return undefined;
  if (requirements.some(({ key }) => key === 'kubernetes.io/metadata.name' || key === 'name')) return undefined;
  return { requirements, meant };
}

/** Every namespace that things live in is declared, but for those of Kubernetes itself, and there is one. */
function labelsAreKnown(cluster: ClusterModel): boolean {
  const own = cluster.namespaces.filter(({ name }) => !/^kube-|^default$/.test(name));
  return own.some(({ entry }) => entry !== undefined) && own.every(({ declared, entry }) => declared && entry?.sound !== false) && !cluster.derive(beside).isOpen(undefined);
}
