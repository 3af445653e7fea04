// Ingresses: their class, their paths, and what their annotations say to the controllers that are widely used.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { list, record, text } from './fields';

/** One path of an Ingress. */
export interface IngressPath {
  readonly ingress: Entry;
  readonly path: FieldPath;
  /** Empty for every host. */
  readonly host: string;
  readonly route: string;
  readonly type: string;
  /** `Service orders:80`, or another resource. */
  readonly backend: string;
}

/** The class of an Ingress: of the field, or of the old annotation; undefined when it leaves the choice to the cluster. */
export function classOf({ spec, annotations }: Entry): string | undefined {
  return text(spec.ingressClassName) ?? text(annotations['kubernetes.io/ingress.class']);
}

/** An Ingress that ingress-nginx takes as the canary of another. */
export function isNginxCanary({ annotations }: Entry): boolean {
  return annotations['nginx.ingress.kubernetes.io/canary'] === 'true';
}

/** Every path of every Ingress: `cluster.derive(ingressPaths)`. */
export function ingressPaths(cluster: ClusterModel): readonly IngressPath[] {
  return cluster.objects('networking.k8s.io', 'Ingress').flatMap((ingress) => list(ingress.spec.rules).flatMap((rule, i) => {
    const { host, http } = record(rule);
    return list(record(http).paths).map((one, j): IngressPath => {
      const { path, pathType, backend } = record(one);
      return {
        ingress, path: ['spec', 'rules', i, 'http', 'paths', j], host: text(host) ?? '', route: text(path) ?? '/', type: text(pathType) ?? 'ImplementationSpecific',
        backend: JSON.stringify(record(backend).service ?? record(backend).resource ?? {}),
      };
    });
  }));
}
