// NS0022: what the target serves still, and warns of; and what it serves only when told to.
// Fields: pkg/api/service/warnings.go, pkg/registry/networking/ingress/strategy.go of Kubernetes.
import type { ResolvedTargets } from '../../core/targets';
import type { FieldPath, KubernetesObject } from '../documents/document';
import type { Problem } from '../schema/problem';
import type { SchemaStore } from '../schema/store';
import { lifeOf } from './kubernetes-apis';
import { isNewer, isTargeted, parseLine, productName } from './lines';
import { valueAt } from './paths';
import type { Asked } from './served';
import { isDeprecated, servedVersions } from './served';

/** What the API server warns of when it takes an object of this kind; undefined for most. */
export function deprecationOf(store: SchemaStore, { group, version, kind }: Asked, targets: ResolvedTargets): Problem | undefined {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const defined = store.defined(group, kind);
  if (defined) {
    const ours = defined.versions.find((one) => one.version === version);
    const better = defined.versions.find((one) => one.served && !one.deprecated);
    if (!ours?.deprecated) return undefined;
    return problem(`${kind} of ${apiVersion} is deprecated${ours.warning === undefined ? ` in ${defined.source}` : `: ${ours.warning}`}`, better && `write apiVersion: ${group}/${better.version}`);
  }
  const life = lifeOf(apiVersion, kind);
  if (life) {
    const { deprecated, removed, use, fix } = life;
    if (deprecated === undefined || isNewer(deprecated, targets.kubernetes)) return undefined;
    const end = removed === undefined ? '' : `, and Kubernetes ${removed} is to remove it`;
    return problem(`${kind} of ${apiVersion} is deprecated since Kubernetes ${deprecated}${end}`, fix ?? (use === undefined ? undefined : useWords(use)));
  }
  const indexed = store.kind(group, kind);
  const versions = indexed && Object.hasOwn(indexed.versions, version) ? indexed.versions[version] : undefined;
  if (!indexed || !versions) return undefined;
  if (/^v\d+(?:alpha|beta)\d+$/.test(version) && versions.lines.some((line) => isTargeted(line, targets) && parseLine(line).system === 'kubernetes')) {
    return {
      id: 'NS0017', severity: 'warning', path: ['apiVersion'],
      message: `Kubernetes ${targets.kubernetes} serves ${kind} of ${apiVersion} only where its API server is told to`, fix: `start the API server with --runtime-config=${apiVersion}=true`,
    };
  }
  if (!isDeprecated(versions, targets)) return undefined;
  const line = parseLine(versions.deprecatedIn!.find((one) => isTargeted(one, targets))!);
  const instead = servedVersions(indexed, targets).find((one) => one !== version && !isDeprecated(indexed.versions[one]!, targets));
  return problem(`${kind} of ${apiVersion} is deprecated in ${productName(line.system)} ${line.version}`, instead === undefined ? undefined : `write apiVersion: ${group === '' ? instead : `${group}/${instead}`}`);
}

/** What the API server warns of inside an object of a built-in kind. */
export function deprecatedFields(object: KubernetesObject, targets: ResolvedTargets): readonly Problem[] {
  const kind = FIELDS.get(object.kind);
  if (!kind || object.apiVersion !== kind.apiVersion) return NONE;
  for (const { path } of kind.fields) if ((valueAt(object, path) ?? undefined) !== undefined) return warningsOf(object, kind.fields, targets);
  return NONE;
}

function warningsOf(object: KubernetesObject, fields: readonly DeprecatedField[], targets: ResolvedTargets): readonly Problem[] {
  return fields.filter(({ path, value, since, unless, except }) => {
    const found = valueAt(object, path);
    if (unless !== undefined && (valueAt(object, unless) ?? undefined) !== undefined) return false;
    if (except?.test(String(valueAt(object, path))) === true) return false;
    return found !== undefined && found !== null && (value === undefined || found === value) && (since === undefined || !isNewer(since, targets.kubernetes));
  }).map(({ path, says, fix }) => ({ id: 'NS0022', severity: 'warning', path, message: says, fix }));
}

interface DeprecatedField {
  readonly path: FieldPath;
  readonly value?: string;
  readonly since?: string;
  /** Nothing is said when this field is given, too. */
  readonly unless?: FieldPath;
  /** Values for which there is no other way. */
  readonly except?: RegExp;
  readonly says: string;
  readonly fix: string;
}

const FIELDS: ReadonlyMap<string, { readonly apiVersion: string; readonly fields: readonly DeprecatedField[] }> = new Map(Object.entries({
  Service: {
    apiVersion: 'v1',
    fields: [
      {
        path: ['spec', 'trafficDistribution'], value: 'PreferClose', since: '1.35',
        says: 'the value PreferClose of trafficDistribution is deprecated since Kubernetes 1.35', fix: 'write PreferSameZone, which means the same',
      },
      {
        path: ['metadata', 'annotations', 'service.kubernetes.io/topology-aware-hints'],
        says: 'the annotation service.kubernetes.io/topology-aware-hints is deprecated since Kubernetes 1.27', fix: 'remove it, and write spec.trafficDistribution',
      },
    ],
  },
  Ingress: {
    apiVersion: 'networking.k8s.io/v1',
    fields: [{
      path: ['metadata', 'annotations', 'kubernetes.io/ingress.class'], unless: ['spec', 'ingressClassName'],
      // The controller of Google's clusters reads the annotation alone.
      except: /^gce(?:-|$)/,
      says: 'the annotation kubernetes.io/ingress.class is deprecated since Kubernetes 1.18', fix: 'remove it, and write spec.ingressClassName',
    }],
  },
}));

const NONE: readonly Problem[] = [];

function problem(message: string, fix: string | undefined): Problem {
  return { id: 'NS0022', severity: 'warning', path: ['apiVersion'], message, ...(fix === undefined ? {} : { fix }) };
}

function useWords(use: string): string {
  const [apiVersion, kind] = use.split(' ');
  return kind === undefined ? `write apiVersion: ${apiVersion}` : `write ${kind} of ${apiVersion}`;
}
