// What a cluster has beside the documents: what Kubernetes and its platforms make by themselves, and what controllers make from the documents that are there.
// A rule that says that something is missing asks here first.
import { SchemaStore } from '../../schema/store';
import type { ClusterModel } from '../cluster-model';
import { each } from '../each';
import type { Entry } from '../entry';
import type { Labels } from '../fields';
import { list, record, text } from '../fields';
import { BUILT_IN, INSTALLED, PLATFORM_NAMESPACES } from './built-in';
import { findReferences } from './path';
import { treeOf } from './table';

/** Objects that may be there though no document says so. */
export interface Beside {
  /** Whether an object may be there though no document has it. Kinds as `group/Kind`; an undefined namespace is one that nobody knows. */
  mayHave(kind: string, namespace: string | undefined, name: string): boolean;
  /** Whether things live in the namespace that the documents do not have, whatever their names. */
  isOpen(namespace: string | undefined): boolean;
  /** Whether pods with these labels may live in a namespace without a document of theirs: pods of operators carry their owner's name. Undefined for any namespace. */
  mayHavePods(namespace: string | undefined, labels: Labels): boolean;
  /** Secrets that controllers make, by namespace. */
  readonly madeSecrets: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether the documents say where Secrets of a namespace come from. */
  keepsSecrets(namespace: string): boolean;
}

/** Kinds of ours whose controllers make Services, accounts and more under names that begin with their own. */
const MAKERS: ReadonlySet<string> = new Set([
  'gateway.networking.k8s.io/Gateway', 'opentelemetry.io/OpenTelemetryCollector', 'kiali.io/Kiali', 'kiali.io/OSSMConsole', 'tailscale.com/Connector', 'tailscale.com/ProxyGroup',
  'tailscale.com/Recorder', 'tailscale.com/DNSConfig', 'consul.hashicorp.com/TerminatingGateway', 'consul.hashicorp.com/IngressGateway', 'grafana.integreatly.org/Grafana',
]);

/** Kinds that controllers make for others. */
const MADE: ReadonlySet<string> = new Set(['/Service', '/ServiceAccount', '/Secret', '/ConfigMap', '/PersistentVolumeClaim', 'apps/Deployment', 'apps/StatefulSet', 'networking.k8s.io/Ingress']);

/** Kinds whose objects say what else there is. */
const TELLING: ReadonlySet<string> = new Set([
  '/Secret', '/ConfigMap', 'networking.k8s.io/Ingress', 'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/ListenerSet', 'helm.toolkit.fluxcd.io/HelmRelease',
  'kustomize.toolkit.fluxcd.io/Kustomization', 'argoproj.io/Application', 'argoproj.io/ApplicationSet', 'kyverno.io/ClusterPolicy', 'kyverno.io/Policy',
]);

/** Annotations with which copies of a Secret or ConfigMap are spread over namespaces. */
const SPREAD = /^(?:reflector\.v1\.k8s\.emberstack\.com\/|replicator\.v1\.mittwald\.de\/|kubed\.appscode\.com\/sync)/;

/** What is beside the documents of a cluster: `cluster.derive(beside)`. */
export function beside(cluster: ClusterModel): Beside {
  const facts = new Facts(cluster);
  each(cluster.entries, learn, facts);
  facts.learnTerraform();
  return facts;
}

function learn(entry: Entry, facts: Facts): void {
  facts.learn(entry);
}

class Facts implements Beside {
  readonly madeSecrets: Map<string, Set<string>> = new Map();
  private readonly cluster: ClusterModel;
  private everything: boolean = false;
  private readonly openNamespaces: Set<string> = new Set();
  /** Names of objects of kinds that nobody here knows, by namespace; the empty one is the whole cluster. */
  private readonly makers: Map<string, Set<string>> = new Map();
  /** Texts in objects of kinds that nobody here knows: each may be the name of what they make. */
  private readonly mentioned: Map<string, Set<string>> = new Map();
  private readonly made: Set<string> = new Set();
  private readonly secretKeepers: Set<string> = new Set();
  private readonly known: Map<string, boolean> = new Map();
  /** Whether objects of a kind say anything of what is beside them, by group and kind. */
  private readonly telling: Map<string, Map<string, boolean>> = new Map();
  /** Objects that the model calls external, by kind and name, for those who do not know the namespace. */
  private readonly externals: ReadonlySet<string>;

  constructor(cluster: ClusterModel) {
    this.cluster = cluster;
    this.externals = new Set(cluster.facts.external.map(({ group = '', kind, name }) => `${group}/${kind}/${name}`));
  }

  mayHave(kind: string, namespace: string | undefined, name: string): boolean {
    if (this.cluster.open || this.isOpen(namespace) || INSTALLED.has(kind)) return true;
    const slash = kind.indexOf('/');
    if (this.cluster.isExternal(kind.slice(0, slash), kind.slice(slash + 1), namespace ?? '', name)) return true;
    if ((namespace === undefined || namespace === '') && this.externals.has(`${kind}/${name}`)) return true;
    if (BUILT_IN[kind]?.test(namespace === undefined || namespace === '' ? name : `${namespace}/${name}`) === true) return true;
    if (this.made.has(`${kind}/${namespace ?? ''}/${name}`) || this.made.has(`${kind}/*/${name}`) || this.made.has(`${kind}/*/*`)) return true;
    if (kind === '/Secret' && (this.isMadeSecret(namespace, name) || this.cluster.derive(saidToPrograms).get(namespace ?? '')?.has(name) === true)) return true;
    if (kind === '/PersistentVolumeClaim' && this.isClaimOfSet(namespace, name)) return true;
    return MADE.has(kind) && this.mayBeMade(namespace, name);
  }

  isOpen(namespace: string | undefined): boolean {
    if (this.everything || (namespace !== undefined && this.openNamespaces.has(namespace))) return true;
    if (namespace === undefined || namespace === '') return false;
    if (namespace === 'kube-system' || namespace === 'kube-public' || namespace === 'kube-node-lease') return true;
    // A platform that the documents say nothing of was installed by other means.
    return PLATFORM_NAMESPACES.test(namespace) && this.cluster.namespace(namespace)?.entry === undefined;
  }

  mayHavePods(namespace: string | undefined, labels: Labels): boolean {
    if (this.isOpen(namespace) || this.cluster.mayHaveOtherPods(namespace, labels)) return true;
    for (const key in labels) if (this.mayBeMade(namespace, labels[key]!)) return true;
    return false;
  }

  keepsSecrets(namespace: string): boolean {
    return this.secretKeepers.has(namespace) || this.secretKeepers.has('');
  }

  learn(entry: Entry): void {
    let kinds = this.telling.get(entry.group);
    if (!kinds) this.telling.set(entry.group, (kinds = new Map()));
    let telling = kinds.get(entry.kind);
    if (telling === undefined) kinds.set(entry.kind, (telling = this.isTelling(entry.group, entry.kind)));
    if (telling) this.learnTelling(entry, `${entry.group}/${entry.kind}`);
  }

  private isTelling(group: string, kind: string): boolean {
    const id = `${group}/${kind}`;
    return TELLING.has(id) || MAKERS.has(id) || id.startsWith('cert-manager.io/') || id.startsWith('consul.hashicorp.com/') || !this.isKnown(group, kind);
  }

  private learnTelling(entry: Entry, kind: string): void {
    if (!this.isKnown(entry.group, entry.kind)) this.learnForeign(entry);
    if (MAKERS.has(kind)) addTo(this.makers, entry.namespace, entry.name);
    switch (kind) {
      case '/Secret':
        this.secretKeepers.add(entry.namespace);
        this.learnSpread(entry);
        break;
      case '/ConfigMap':
        this.learnSpread(entry);
        break;
      case 'networking.k8s.io/Ingress':
      case 'gateway.networking.k8s.io/Gateway':
      case 'gateway.networking.k8s.io/ListenerSet':
        this.learnAnnotated(entry, kind);
        break;
      case 'helm.toolkit.fluxcd.io/HelmRelease':
        this.openNamespaces.add(text(entry.spec.targetNamespace) ?? entry.namespace);
        break;
      case 'kustomize.toolkit.fluxcd.io/Kustomization':
        // A program that says what its cluster is has said it all; of a folder nobody knows whether it is what is delivered.
        if (this.cluster.facts.name === undefined) this.everything = true;
        break;
      case 'argoproj.io/Application':
        this.learnApplication(entry.spec);
        break;
      case 'argoproj.io/ApplicationSet':
        this.learnApplication(record(record(entry.spec.template).spec));
        break;
      case 'kyverno.io/ClusterPolicy':
      case 'kyverno.io/Policy':
        for (const rule of list(entry.spec.rules)) this.learnGenerated(record(record(rule).generate));
        break;
      default:
    }
    if (kind.startsWith('cert-manager.io/') || kind.startsWith('consul.hashicorp.com/')) this.learnMade(entry, kind);
  }

  /** Releases and objects that Terraform makes. */
  learnTerraform(): void {
    const { world } = this.cluster;
    for (const type of world.terraformTypes) {
      if (type === 'helm_release') {
        for (const { attributes } of world.terraform(type)) {
          const namespace = attributes.namespace as unknown;
          if (typeof namespace === 'string' && namespace.includes('${')) this.everything = true;
          else this.openNamespaces.add(text(namespace) ?? 'default');
        }
        continue;
      }
      const kind = TERRAFORM_KINDS[type.replace(/_v\d+$/, '')];
      if (kind === undefined) continue;
      for (const { attributes } of world.terraform(type)) {
        const metadata = record(Array.isArray(attributes.metadata) ? (attributes.metadata as unknown[])[0] : attributes.metadata);
        const [namespace, name] = [metadata.namespace ?? 'default', metadata.name].map((value: unknown) => (typeof value === 'string' && !value.includes('${') ? value : '*'));
        this.made.add(`${kind}/${namespace === '*' || name === '*' ? '*' : namespace!}/${name!}`);
        if (kind === '/Secret' && namespace !== '*') this.secretKeepers.add(namespace!);
      }
    }
  }

  private learnForeign(entry: Entry): void {
    addTo(this.makers, entry.namespace, entry.name);
    // A store is where Secrets come from, in any namespace; what makes one of them says in which.
    if (/secret(?!store)/i.test(entry.kind)) this.secretKeepers.add(entry.namespace);
    if (entry.group === 'helm.cattle.io' && entry.kind === 'HelmChart') this.openNamespaces.add(text(entry.spec.targetNamespace) ?? 'default');
    let texts = this.mentioned.get(entry.namespace);
    if (!texts) this.mentioned.set(entry.namespace, (texts = new Set()));
    collectTexts(entry.object, texts, 0);
  }

  private learnSpread(entry: Entry): void {
    for (const key in entry.annotations) if (SPREAD.test(key)) this.made.add(`/${entry.kind}/*/${entry.name}`);
  }

  /** cert-manager makes the certificates of what is annotated for it. */
  private learnAnnotated(entry: Entry, kind: string): void {
    const { annotations } = entry;
    if (!('cert-manager.io/issuer' in annotations || 'cert-manager.io/cluster-issuer' in annotations || annotations['kubernetes.io/tls-acme'] === 'true')) return;
    const names = kind.endsWith('Ingress')
      ? list(entry.spec.tls).map((tls) => record(tls).secretName as unknown)
      : list(entry.spec.listeners).flatMap((listener) => list(record(record(listener).tls).certificateRefs).map((ref) => record(ref).name as unknown));
    for (const name of names) if (typeof name === 'string') addTo(this.madeSecrets, entry.namespace, name);
  }

  private learnMade(entry: Entry, kind: string): void {
    const tree = treeOf(kind);
    if (!tree) return;
    for (const { field, value } of findReferences(entry.object, tree)) {
      const name = typeof value === 'string' ? value : text(record(value)[field.name ?? 'name']);
      if (field.makes !== true || name === undefined) continue;
      // A ClusterIssuer's account is kept where cert-manager was told to.
      if (entry.clusterScoped) this.made.add(`/Secret/*/${name}`);
      else addTo(this.madeSecrets, entry.namespace, name);
    }
  }

  private learnApplication(spec: Readonly<Record<string, unknown>>): void {
    const namespace = text(record(spec.destination).namespace);
    const helm = [spec.source, ...list(spec.sources)].every((source) => source === undefined || text(record(source).chart) !== undefined);
    if (namespace !== undefined && helm && !namespace.includes('{{')) this.openNamespaces.add(namespace);
    else if (this.cluster.facts.name === undefined) this.everything = true;
  }

  private learnGenerated(generate: Readonly<Record<string, unknown>>): void {
    const clones = list(record(generate.cloneList).kinds).map((kind) => `/${String(kind).split('/').pop()!}/*/*`);
    for (const clone of clones) this.made.add(clone);
    const [kind, name] = [text(generate.kind), text(generate.name)];
    if (kind !== undefined && name !== undefined) this.made.add(`/${kind}/*/${name.includes('{{') ? '*' : name}`);
  }

  private isMadeSecret(namespace: string | undefined, name: string): boolean {
    if (namespace === undefined || namespace === '') return [...this.madeSecrets.values()].some((names) => names.has(name));
    return this.madeSecrets.get(namespace)?.has(name) === true || this.madeSecrets.get('')?.has(name) === true;
  }

  /** `data-web-0` is the claim `data` of the first pod of the StatefulSet `web`. */
  private isClaimOfSet(namespace: string | undefined, name: string): boolean {
    if (!/-\d+$/.test(name)) return false;
    const stem = name.replace(/-\d+$/, '');
    return this.cluster.objects('apps', 'StatefulSet').some((set) => (namespace === undefined || namespace === '' || set.namespace === namespace)
      && list(set.spec.volumeClaimTemplates).some((template) => `${String(record(record(template).metadata).name)}-${set.name}` === stem));
  }

  private mayBeMade(namespace: string | undefined, name: string): boolean {
    for (const home of namespace === undefined || namespace === '' ? this.makers.keys() : [namespace, '']) {
      if (this.mentioned.get(home)?.has(name) === true) return true;
      const makers = this.makers.get(home);
      if (!makers) continue;
      if (makers.has(name)) return true;
      for (let dash = name.indexOf('-'); dash !== -1; dash = name.indexOf('-', dash + 1)) if (makers.has(name.slice(0, dash))) return true;
    }
    return false;
  }

  private isKnown(group: string, kind: string): boolean {
    const key = `${group}/${kind}`;
    let known = this.known.get(key);
    if (known === undefined) this.known.set(key, (known = SchemaStore.shipped().kind(group, kind) !== undefined));
    return known;
  }
}

/** Words in the arguments of programs by namespace: a Job that is told `--secret-name=admission` makes the Secret that others mount. */
function saidToPrograms(cluster: ClusterModel): ReadonlyMap<string, ReadonlySet<string>> {
  const said = new Map<string, Set<string>>();
  for (const { namespace, spec } of cluster.pods) {
    for (const container of [...list(spec.containers), ...list(spec.initContainers)]) {
      for (const argument of [...list(record(container).command), ...list(record(container).args)]) {
        if (typeof argument === 'string' && argument.length <= 4096) for (const word of argument.split(/[\s=,:/"']+/)) addTo(said, namespace, word);
      }
    }
  }
  return said;
}

const TERRAFORM_KINDS: Readonly<Record<string, string>> = {
  kubernetes_secret: '/Secret', kubernetes_config_map: '/ConfigMap', kubernetes_service_account: '/ServiceAccount', kubernetes_service: '/Service',
  kubernetes_deployment: 'apps/Deployment', kubernetes_stateful_set: 'apps/StatefulSet', kubernetes_persistent_volume_claim: '/PersistentVolumeClaim',
};

/** Texts that could be names, at any depth that a document has. */
function collectTexts(value: unknown, into: Set<string>, depth: number): void {
  if (typeof value === 'string') {
    if (value.length <= 253) into.add(value);
  } else if (typeof value === 'object' && value !== null && depth < 50) {
    for (const below of Object.values(value)) collectTexts(below, into, depth + 1);
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.add(value);
  else map.set(key, new Set([value]));
}
