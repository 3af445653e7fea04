// The Namespace object: layers ask the registry for labels, this construct writes them.
import { Construct } from 'constructs';
import { NetworkObject } from '../app/network-object';
import { Cluster } from '../core/cluster';
import { NetstackError, shorten } from '../core/errors';
import { dnsLabel } from '../core/kubernetes-name';
import { recordSource } from '../core/provenance';
import { Registry } from '../core/registry';
import type { NamespaceRecord } from '../core/registry';
import { requireBoolean, requireOptions } from '../core/shape';
import { checkAnnotations, checkLabels } from './labels';

/** Levels of the Pod Security Standards. */
export type PodSecurityLevel = 'restricted' | 'baseline' | 'privileged';

const LEVELS: readonly PodSecurityLevel[] = ['restricted', 'baseline', 'privileged'];

/** The modes of Pod Security admission, https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const MODES = ['audit', 'enforce', 'warn'] as const;

export interface NamespaceProps {
  /** @default - the construct's id */
  readonly name?: string;
  /** Labels beside those that layers ask for. Of an existing namespace: labels that it is known to have. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Somebody else makes the namespace: nothing is written, and a label that a layer needs and the namespace lacks is a finding. @default false */
  readonly existing?: boolean;
  /** What Pod Security admission enforces, at the version of the cluster's target. @default 'restricted' */
  readonly podSecurity?: PodSecurityLevel;
}

/** A namespace of a cluster, one construct per name. Its labels are its own and those that layers need. */
export class Namespace extends Construct {
  readonly cluster: Cluster;
  readonly name: string;
  /** Somebody else makes it. */
  readonly existing: boolean;
  private readonly record: NamespaceRecord;

  /** @throws NetstackError for a second construct of the same name in the cluster, and for a label that a layer needs with another value */
  constructor(scope: Construct, id: string, props: NamespaceProps = {}) {
    super(scope, id);
    recordSource(this);
    this.cluster = Cluster.of(this);
    requireOptions(props, { name: true, labels: true, annotations: true, existing: true, podSecurity: true }, `the options of namespace ${id}`, this);
    this.name = dnsLabel(props.name ?? id, 'Namespace', this);
    this.existing = requireBoolean(props.existing ?? false, `existing of namespace ${this.name}`, this);
    const where = `namespace ${this.name}`;
    const annotations = checkAnnotations(props.annotations, where, this);
    const own = { ...this.podSecurityLabels(props.podSecurity), ...checkLabels(props.labels, where, this) };
    if (this.existing && (props.podSecurity !== undefined || props.annotations !== undefined)) {
      throw new NetstackError({
        what: `Namespace ${this.name} is made by somebody else, so its ${props.annotations !== undefined ? 'annotations' : 'podSecurity'} would not be written`,
        scope: this,
        fix: 'leave it out, or leave out existing: true',
      });
    }
    const registry = Registry.of(this);
    this.record = registry.declareNamespace(this.cluster, this.name, this, this.existing);
    registry.labelNamespace(this.cluster, this.name, own, this);
    if (!this.existing) this.write(annotations);
  }

  /** Its labels as they stand now: its own and those that layers asked for, sorted. */
  get labels(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.record.labels].map(([key, { value }]) => [key, value] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private write(annotations: Record<string, string>): void {
    const resource = new NetworkObject(this, 'Resource', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: this.name, annotations } }, { clusterScoped: true });
    // cdk8s copies labels when the object is made, and layers may ask for theirs later: the copy is completed whenever it is read.
    const written = (resource.metadata as unknown as { labels: Record<string, string> }).labels;
    Object.defineProperty(resource.metadata, 'labels', {
      enumerable: true,
      configurable: true,
      get: (): Record<string, string> => {
        for (const [key, value] of Object.entries(this.labels)) written[key] ??= value;
        return written;
      },
    });
  }

  private podSecurityLabels(level: PodSecurityLevel | undefined): Record<string, string> {
    if (this.existing) return {};
    const chosen = level ?? 'restricted';
    if (!LEVELS.includes(chosen)) {
      throw new NetstackError({ what: `Pod security ${shorten(level)} of namespace ${this.name} is not a level`, scope: this, fix: `give one of ${LEVELS.map((one) => `'${one}'`).join(', ')}` });
    }
    const version = `v${this.cluster.targets.kubernetes.split('.').slice(0, 2).join('.')}`;
    return Object.fromEntries(MODES.flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, chosen],
      [`pod-security.kubernetes.io/${mode}-version`, version],
    ]));
  }
}
