import type { FieldPath } from '../documents/document';
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { Entry } from '../model/entry';
import type { AuthzPolicy } from '../model/mesh-authz';
import { authorizationOf } from '../model/mesh-authz';
import { identityOf } from '../model/mesh-identities';
import { beside } from '../model/references';
import { suggest } from '../schema/suggest';
import { SHOP } from './mesh-fixtures';
import type { Report, Rule } from './rule';

const scene = (name: string): string => `${SHOP}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules: [{ from: [{ source: { namespaces: [${name}] } }] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: checkout, labels: { istio-injection: enabled } }
`;

export const rule: Rule = {
  id: 'NS3032',
  class: 'risk',
  title: 'An AuthorizationPolicy names a namespace that is not there',
  sees: 'exact namespaces in source.namespaces, principals and conditions that no document and no model knows, where a name one letter aside is known, or where the program says which namespaces there are.',
  why: 'Nobody calls from a namespace that does not exist: an ALLOW rule denies the caller that was meant, a DENY rule denies nobody.',
  fix: 'write the name of the namespace that the callers live in',
  covers: ['R112', 'IST0101', 'analysis 1.3: AuthorizationPolicy namespace not in the program'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0101/'],
  subjects: ['security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('chekout'),
    says: 'No namespace chekout is known, and namespace checkout is',
    field: 'spec.rules[0].from[0].source.namespaces[0]',
  },
  passing: { documents: scene('checkout') },
  check(cluster, report) {
    if (!cluster.open) each(authorizationOf(cluster).policies, checkPolicy, cluster, report);
  },
};

function checkPolicy({ entry, rules }: AuthzPolicy, cluster: ClusterModel, report: Report): void {
  for (const { from, when } of rules) {
    for (const part of from) {
      for (const key of KEYS) {
        const values = part.fields[key];
        if (values !== undefined) look(entry, values, part, key, cluster, report);
      }
    }
    for (const condition of when) if (condition.key === 'source.namespace') look(entry, condition.values, condition, 'values', cluster, report);
  }
}

const KEYS = ['namespaces', 'notNamespaces', 'principals', 'notPrincipals'] as const;

function look(entry: Entry, values: readonly string[], place: { readonly path: FieldPath }, key: string, cluster: ClusterModel, report: Report): void {
  for (let index = 0; index < values.length; index++) {
    const name = key.endsWith('rincipals') ? namespaceOfPrincipal(values[index]!) : values[index]!;
    const found = name === undefined || isKnown(name, cluster) ? undefined : unknown(name, cluster);
    if (found) report(entry, [...place.path, key, index], { message: found.near === undefined ? `No namespace ${name!} is known, neither by a document nor by the program` : `No namespace ${name!} is known, and namespace ${found.near} is` });
  }
}

/** The namespace in `cluster.local/ns/shop/sa/orders`. */
function namespaceOfPrincipal(principal: string): string | undefined {
  return identityOf(principal)?.namespace;
}

/** Whether a namespace is there, or nobody knows. */
function isKnown(name: string, cluster: ClusterModel): boolean {
  if (cluster.namespace(name) !== undefined || name.includes('*') || cluster.derive(beside).isOpen(name)) return true;
  return cluster.world.clusters.some((one) => one.open || one.namespace(name) !== undefined || one.facts.external.some(({ namespace }) => namespace === name));
}

/** What can be said of a namespace that nobody knows. */
function unknown(name: string, { world: { clusters, input } }: ClusterModel): { readonly near?: string } | undefined {
  const near = suggest(name, clusters.flatMap((one) => one.namespaces.filter(({ declared }) => declared).map((view) => view.name)));
  if (near !== undefined) return { near };
  return (input.models ?? []).some((model) => (model.external ?? []).length > 0 || (model.workloads ?? []).length > 0) ? {} : undefined;
}
