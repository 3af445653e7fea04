// Documents as they stand in a cluster that runs: with what the API server, the scheduler, the node and the controllers fill in.
import type { Json } from '../../reach/worlds/cni-parts';

export interface Running {
  readonly documents: readonly Json[];
  /** Of pods, by namespace and name. */
  readonly addresses: ReadonlyMap<string, string>;
}

export interface RunningOptions {
  /** What stands before the last part of the addresses of pods: `10.1.77`. */
  readonly block: string;
  /** Given to every object. */
  readonly uid: string;
  /** Those that namespaces have when no document says so. */
  readonly accounts: readonly string[];
}

const FIRST = 10;

/** The documents are left as they are. */
export function running(given: readonly Json[], { block, uid, accounts }: RunningOptions): Running {
  const documents: Json[] = given.map((one) => ({ ...one, metadata: { ...one.metadata, uid } }));
  const addresses = new Map<string, string>();
  const said = new Set(documents.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  for (const [i, one] of documents.entries()) {
    if (one.kind === 'Namespace') one.metadata.labels = { ...one.metadata.labels, 'kubernetes.io/metadata.name': one.metadata.name };
    if (one.kind === 'NetworkPolicy' && one.apiVersion.startsWith('networking.k8s.io/')) documents[i] = withTypes(one);
    if (one.kind !== 'Pod') continue;
    const ip = `${block}.${FIRST + addresses.size}`;
    addresses.set(`${one.metadata.namespace}/${one.metadata.name}`, ip);
    documents[i] = { ...one, spec: { serviceAccountName: 'default', ...one.spec, nodeName: 'node' }, status: { podIP: ip, podIPs: [{ ip }], phase: 'Running' } };
  }
  for (const { metadata } of documents.filter(({ kind }) => kind === 'Namespace')) {
    for (const name of accounts.filter((one) => !said.has(`${metadata.name}/${one}`))) documents.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: metadata.name, uid } });
  }
  return { documents: [...documents, ...documents.filter(({ kind }) => kind === 'Service').flatMap((one) => slicesOf(one, documents))], addresses };
}

function withTypes(policy: Json): Json {
  return { ...policy, spec: { policyTypes: ['Ingress', ...policy.spec.egress?.length > 0 ? ['Egress'] : []], ...policy.spec } };
}

/** One slice for each pod, since a name of a port may mean another number there. */
function slicesOf({ metadata: { name, namespace }, spec }: Json, documents: readonly Json[]): Json[] {
  const pods = documents.filter((one) => one.kind === 'Pod' && one.metadata.namespace === namespace && Object.entries(spec.selector).every(([key, value]) => one.metadata.labels[key] === value));
  return pods.map((pod) => ({
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
    metadata: { name: `${name}-${pod.metadata.name}`, namespace, labels: { 'kubernetes.io/service-name': name } },
    endpoints: [{ addresses: [pod.status.podIP], conditions: { ready: true } }],
    ports: spec.ports.flatMap(({ name: port, port: number, targetPort = number, protocol = 'TCP' }: Json) => {
      const meant = typeof targetPort === 'number' ? targetPort : pod.spec.containers[0].ports.find((one: Json) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort;
      return meant === undefined ? [] : [{ name: port, port: meant, protocol }];
    }),
  }));
}
