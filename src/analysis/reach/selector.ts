// Which endpoints are meant, as every policy language can say it: a small algebra over what an endpoint is. Symbolic, so that rules can be read before the
// endpoints are known, equal selectors are answered once, and only what some selector asks for tells endpoints apart.
import { isAddedLabel } from '../model/parties';
import type { Requirement } from '../model/selector';
import type { Endpoint } from './endpoints';
import type { Three } from '../model/three';
import { all, any, not } from '../model/three';

/** What of an endpoint is asked: a label of the pod or of its namespace, the namespace's name, the service account, or a fact that a layer has found out. */
export type Field = 'label' | 'namespaceLabel' | 'namespace' | 'serviceAccount' | 'fact';

export type Test =
  | { readonly is: 'in'; readonly field: Field; readonly key: string; readonly values: readonly string[] }
  | { readonly is: 'exists'; readonly field: Field; readonly key: string }
  /** Any test of the value, by a name that tells it from others: `starts with:team-`. Not asked where the field is absent. */
  | { readonly is: 'test'; readonly field: Field; readonly key: string; readonly name: string; readonly test: (value: string) => boolean };

export type Selector =
  | Test
  | { readonly is: 'all'; readonly of: readonly Selector[] }
  | { readonly is: 'any'; readonly of: readonly Selector[] }
  | { readonly is: 'not'; readonly of: Selector }
  /** Nobody knows whom it selects. */
  | { readonly is: 'unknown' };

/** Every endpoint. */
export const EVERY: Selector = { is: 'all', of: [] };

/** No endpoint. */
export const NOBODY: Selector = { is: 'any', of: [] };

export const UNKNOWN: Selector = { is: 'unknown' };

export function both(...of: readonly Selector[]): Selector {
  if (of.length === 2) return of[0] === EVERY ? of[1]! : of[1] === EVERY ? of[0]! : { is: 'all', of };
  const parts = of.filter((one) => one !== EVERY);
  return parts.length === 0 ? EVERY : parts.length === 1 ? parts[0]! : { is: 'all', of: parts };
}

export function either(...of: readonly Selector[]): Selector {
  return of.length === 1 ? of[0]! : { is: 'any', of };
}

export function negate(of: Selector): Selector {
  return { is: 'not', of };
}

export function inNamespace(name: string): Selector {
  return { is: 'in', field: 'namespace', key: '', values: [name] };
}

/** The requirements of a label selector; {@link UNKNOWN} where they could not be read. */
export function meeting(field: Field, requirements: readonly Requirement[] | undefined): Selector {
  if (requirements === undefined) return UNKNOWN;
  return requirements.length === 1 ? selectorOf(field, requirements[0]!) : both(...requirements.map((one) => selectorOf(field, one)));
}

function selectorOf(field: Field, { key, operator, values }: Requirement): Selector {
  switch (operator) {
    case 'In': return { is: 'in', field, key, values };
    case 'NotIn': return negate({ is: 'in', field, key, values });
    case 'Exists': return { is: 'exists', field, key };
    case 'DoesNotExist': return negate({ is: 'exists', field, key });
  }
}

/** Equal texts select the same endpoints. */
export function selectorKey(selector: Selector): string {
  switch (selector.is) {
    case 'in': return `${selector.field}\u0001${selector.key}\u0001${selector.values.join('\u0002')}`;
    case 'exists': return `${selector.field}\u0001${selector.key}`;
    case 'test': return `${selector.field}\u0001${selector.key}\u0003${selector.name}`;
    case 'not': return `!(${selectorKey(selector.of)})`;
    case 'unknown': return '?';
    default: return `${selector.is}(${selector.of.map(selectorKey).join('\u0004')})`;
  }
}

/** The value that a test looks at: null where it is absent, undefined where nobody knows. */
export function valueOf(endpoint: Endpoint, field: Field, key: string): string | null | undefined {
  switch (field) {
    case 'label': return own(endpoint.labels, key) ?? (endpoint.moreLabels === true || endpoint.unclearLabels?.has(key) === true || isAddedLabel(key) ? undefined : null);
    // A namespace without an object is known by its name only.
    case 'namespaceLabel': return own(endpoint.namespaceLabels, key) ?? (endpoint.namespaceIsKnown ? null : undefined);
    case 'namespace': return endpoint.namespace;
    case 'serviceAccount': return endpoint.serviceAccount;
    case 'fact': return Object.hasOwn(endpoint.facts, key) ? endpoint.facts[key] : null;
  }
}

function own(labels: Readonly<Record<string, string>>, key: string): string | null {
  // What every object has is no text.
  const value: unknown = labels[key];
  return typeof value === 'string' ? value : null;
}

/** Whether one endpoint is meant: what the index of {@link EndpointIndex} answers for many. */
export function isSelected(selector: Selector, endpoint: Endpoint): Three {
  switch (selector.is) {
    case 'unknown': return undefined;
    case 'not': return not(isSelected(selector.of, endpoint));
    case 'all': return all(selector.of.map((one) => isSelected(one, endpoint)));
    case 'any': return any(selector.of.map((one) => isSelected(one, endpoint)));
    default: {
      const value = valueOf(endpoint, selector.field, selector.key);
      if (value === undefined) return undefined;
      if (value === null) return false;
      return selector.is === 'in' ? selector.values.includes(value) : selector.is === 'exists' || selector.test(value);
    }
  }
}
