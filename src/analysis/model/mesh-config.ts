// What the mesh is configured with, where the documents say it: the ConfigMap that istiod reads, or the values of an installation.
import type * as Yaml from 'js-yaml';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { record, text } from './fields';

export interface MeshConfig {
  /** Where policies for the whole mesh live. @default 'istio-system' */
  readonly rootNamespace: string;
  readonly trustDomain: string;
  /** What the documents say of the configuration; undefined when they say nothing, so that only defaults are known. */
  readonly given: Fields | undefined;
  readonly entry?: Entry;
}

/** The configuration of the mesh of a cluster. */
export function meshConfigOf(cluster: ClusterModel): MeshConfig {
  return cluster.derive(read);
}

function read(cluster: ClusterModel): MeshConfig {
  const found = [...fromInstallations(cluster), ...fromConfigMaps(cluster)];
  // Revisions may differ: what they do not agree on is not known.
  const [first] = found;
  const given = found.length === 1 ? first!.given : undefined;
  const agreed = (key: string): string | undefined => {
    const values = new Set(found.map((one) => text(record(one.given)[key])));
    return values.size === 1 ? [...values][0] : undefined;
  };
  return {
    rootNamespace: agreed('rootNamespace') ?? 'istio-system',
    trustDomain: agreed('trustDomain') ?? cluster.facts.trustDomain,
    given,
    ...(first === undefined ? {} : { entry: first.entry }),
  };
}

interface Given {
  readonly entry: Entry;
  readonly given: Fields;
}

function fromInstallations(cluster: ClusterModel): Given[] {
  const found: Given[] = [];
  // Kinds without a schema here: read as far as they go.
  const installs = cluster.has('sailoperator.io', 'Istio') || cluster.has('install.istio.io', 'IstioOperator');
  for (const entry of installs ? cluster.entries : []) {
    if (entry.kind === 'Istio' && entry.group === 'sailoperator.io') found.push({ entry, given: record(record(record(entry.spec).values).meshConfig) });
    if (entry.kind === 'IstioOperator' && entry.group === 'install.istio.io') found.push({ entry, given: record(record(entry.spec).meshConfig) });
  }
  return found;
}

function fromConfigMaps(cluster: ClusterModel): Given[] {
  const found: Given[] = [];
  for (const entry of cluster.objects('', 'ConfigMap')) {
    if (!/^istio(?:-[a-z0-9-]+)?$/.test(entry.name)) continue;
    const mesh = text(record(entry.object.data).mesh);
    if (mesh === undefined) continue;
    try {
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- few clusters have such a ConfigMap among their documents
      found.push({ entry, given: record((require('js-yaml') as typeof Yaml).load(mesh)) });
    } catch {
      // A configuration that cannot be read says nothing here.
    }
  }
  return found;
}
