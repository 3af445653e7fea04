import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Part } from '../model/mesh-authz';
import { authorizationOf } from '../model/mesh-authz';
import { identityOf } from '../model/mesh-identities';
import { beside } from '../model/references';
import { suggest } from '../schema/suggest';
import { SHOP } from './mesh-fixtures';
import type { Rule } from './rule';

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
    if (cluster.open) return;
    const facts = cluster.derive(beside);
    const clusters = cluster.world.clusters;
    const program = (cluster.world.input.models ?? []).some((model) => (model.external ?? []).length > 0 || (model.workloads ?? []).length > 0);
    const unknown = (name: string): { readonly near?: string } | undefined => {
      if (name.includes('*') || facts.isOpen(name) || clusters.some((one) => one.open || one.namespace(name) !== undefined)) return undefined;
      if (clusters.some((one) => one.facts.external.some(({ namespace }) => namespace === name))) return undefined;
      const near = suggest(name, clusters.flatMap((one) => one.namespaces.filter(({ declared }) => declared).map((view) => view.name)));
      return near !== undefined ? { near } : program ? {} : undefined;
    };
    const say = (entry: Entry, name: string, place: { readonly path: FieldPath }, key: string, index: number): void => {
      const found = unknown(name);
      if (found) report(entry, [...place.path, key, index], { message: found.near === undefined ? `No namespace ${name} is known, neither by a document nor by the program` : `No namespace ${name} is known, and namespace ${found.near} is` });
    };
    for (const { entry, rules } of authorizationOf(cluster).policies) {
      for (const { from, when } of rules) {
        for (const part of from) {
          look(entry, part, 'namespaces', itself);
          look(entry, part, 'notNamespaces', itself);
          look(entry, part, 'principals', namespaceOf);
          look(entry, part, 'notPrincipals', namespaceOf);
        }
        for (const condition of when) if (condition.key === 'source.namespace') condition.values.forEach((name, index) => say(entry, name, condition, 'values', index));
      }
    }

    function look(entry: Entry, part: Part, key: string, namespaceIn: (value: string) => string | undefined): void {
      const values = part.fields[key];
      for (let index = 0; values !== undefined && index < values.length; index++) {
        const name = namespaceIn(values[index]!);
        if (name !== undefined) say(entry, name, part, key, index);
      }
    }
  },
};

function itself(name: string): string {
  return name;
}

function namespaceOf(principal: string): string | undefined {
  return identityOf(principal)?.namespace;
}
