// Where the backendRefs of a rule lead: which are there, which another namespace has agreed to, and what share each has.
import type { FieldPath } from '../../documents/document';
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { ENVOY_GATEWAY } from '../../model/envoy-gateway';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import { GATEWAY_API } from '../../model/gateway-api';
import { servicePorts } from '../../model/service-ports';
import type { Decider } from '../flow';
import type { Dialect } from './matching';

/** A reference that was looked up. */
export interface Resolved {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly entry: Entry | undefined;
  readonly port: number | undefined;
  readonly path: FieldPath;
  readonly weight: number;
  readonly fields: Fields;
  /** Why no request gets there. */
  readonly invalid: string | undefined;
  /** Why nobody knows whether one gets there. */
  readonly doubt: string | undefined;
  readonly decidedBy: readonly Decider[];
}

const MULTI_CLUSTER = 'multicluster.x-k8s.io';

/** Looks up a reference of a route to a backend. */
export function resolve(cluster: ClusterModel, route: Entry, fields: Fields, path: FieldPath, dialect: Dialect): Resolved {
  const group = text(fields.group) ?? '';
  const kind = text(fields.kind) ?? 'Service';
  const namespace = text(fields.namespace) ?? route.namespace;
  const name = String(fields.name);
  const port = typeof fields.port === 'number' ? fields.port : undefined;
  const entry = cluster.find(group, kind, namespace, name);
  const label = `${kind} ${namespace}/${name}`;
  const base = {
    kind, namespace, name, entry, port, path, fields, weight: typeof fields.weight === 'number' ? fields.weight : 1,
    invalid: undefined, doubt: undefined, decidedBy: [{ entry: route, path }, ...entry ? [{ entry, path: [] }] : []],
  };
  const known = (group === '' && kind === 'Service') || (group === MULTI_CLUSTER && kind === 'ServiceImport') || (dialect === 'envoy-gateway' && group === ENVOY_GATEWAY && kind === 'Backend');
  if (!known) return { ...base, doubt: `a backend of kind ${group === '' ? kind : `${group}/${kind}`} is not modelled` };
  if (namespace !== route.namespace && namespace !== '' && route.namespace !== '') {
    const granted = grants(cluster, route, group, kind, namespace, name);
    if (!granted) return cluster.open ? { ...base, doubt: `${label} is in another namespace, and the documents may lack its ReferenceGrant` } : { ...base, invalid: `no ReferenceGrant of namespace ${namespace} lets ${route.kind}s of namespace ${route.namespace} refer to ${label}` };
    base.decidedBy.push({ entry: granted, path: ['spec'] });
  }
  if (entry === undefined) {
    const elsewhere = cluster.open || cluster.isExternal(group, kind, namespace, name);
    return elsewhere ? base : { ...base, invalid: `${label} is not there` };
  }
  if (kind === 'Backend' && cluster.derive(backendsAreOff).yes) return { ...base, invalid: `${label} is of a kind that Envoy Gateway's configuration does not switch on` };
  if (group !== '') return base;
  if (port === undefined) return { ...base, invalid: `the reference to ${label} names no port` };
  if (!entry.sound) return { ...base, doubt: `${label} would be refused as it is` };
  if (entry.spec.type === 'ExternalName' && dialect === 'envoy-gateway') return { ...base, invalid: `${label} is an ExternalName, which Envoy Gateway takes for no backend` };
  const protocol = route.kind === 'UDPRoute' ? 'UDP' : 'TCP';
  if (entry.spec.type !== 'ExternalName' && !servicePorts(entry).some((one) => one.port === port && one.protocol === protocol)) return { ...base, invalid: `${label} has no port ${port} of ${protocol}` };
  return base;
}

/** Envoy Gateway takes its own Backends only when it is told to; where its configuration is not there, whoever writes them has done that. */
function backendsAreOff(cluster: ClusterModel): { readonly yes: boolean } {
  const configured = cluster.objects('', 'ConfigMap').filter(({ name }) => name === 'envoy-gateway-config').map(({ object }) => String(record(object.data)['envoy-gateway.yaml']));
  return { yes: configured.length > 0 && configured.every((one) => !/\benableBackend:\s*true\b/.test(one)) };
}

/** The ReferenceGrant that lets a route refer to an object of another namespace. */
function grants(cluster: ClusterModel, route: Entry, group: string, kind: string, namespace: string, name: string): Entry | undefined {
  return cluster.derive(grantsByNamespace).get(namespace)?.find(({ spec }) => (
    list(spec.from).some((from: Fields) => from.group === GATEWAY_API && from.kind === route.kind && from.namespace === route.namespace)
    && list(spec.to).some((to: Fields) => (to.group ?? '') === group && to.kind === kind && (text(to.name) ?? name) === name)
  ));
}

function grantsByNamespace(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const grant of cluster.objects(GATEWAY_API, 'ReferenceGrant')) {
    const known = found.get(grant.namespace);
    if (known) known.push(grant);
    else found.set(grant.namespace, [grant]);
  }
  return found;
}
