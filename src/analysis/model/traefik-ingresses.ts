// Ingresses that Traefik takes, and what its own annotations say of them.
// https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-ingress/
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { text } from './fields';
import type { Three } from './three';
import { knownTraefiks } from './traefik-routers';

const CONTROLLER = 'traefik.io/ingress-controller';

/** Annotations of Traefik's: `traefik.ingress.kubernetes.io/router.priority`. */
export const TRAEFIK_ANNOTATIONS: string = 'traefik.ingress.kubernetes.io/';

/** A switch of the static configuration, off where nothing is said; undefined when nobody knows how Traefik is started. */
export function traefikFlag(cluster: ClusterModel, key: string): Three {
  const flags = cluster.derive(knownTraefiks)?.map(({ flag }) => flag(key));
  return flags === undefined ? undefined : flags.every((one) => one) ? true : flags.some((one) => one) ? undefined : false;
}

/** What the static configuration says to every Traefik of the documents; empty where it says nothing, undefined where nobody knows. */
export function traefikSetting(cluster: ClusterModel, key: string): string | undefined {
  const values = new Set(cluster.derive(knownTraefiks)?.map(({ settings }) => settings.get(key)?.value ?? ''));
  return values.size === 1 ? [...values][0] : undefined;
}

/** Whether Traefik takes an Ingress: by its class, or by the name of a class that the documents do not have. One without a class it takes where it is known to run. */
export function isTraefikIngress(cluster: ClusterModel, { spec, annotations }: Entry): boolean {
  const named = text(spec.ingressClassName);
  const wanted = cluster.derive(ingressClassOfTraefik);
  if (named !== undefined) {
    const found = cluster.find('networking.k8s.io', 'IngressClass', '', named);
    if (found?.sound === true) return found.spec.controller === CONTROLLER && (wanted === undefined || wanted === '' || wanted === named);
    return found === undefined && /^traefik\b/.test(named);
  }
  const annotated = text(annotations['kubernetes.io/ingress.class']) ?? '';
  if (annotated !== '') return wanted === undefined || wanted === '' ? annotated === 'traefik' : annotated === wanted;
  return wanted === '' && cluster.derive(takesIngresses);
}

function ingressClassOfTraefik(cluster: ClusterModel): string | undefined {
  return traefikSetting(cluster, 'providers.kubernetesingress.ingressclass');
}

function takesIngresses(cluster: ClusterModel): boolean {
  // A default class is given to Ingresses when they are made.
  const hasDefault = cluster.objects('networking.k8s.io', 'IngressClass').some(({ annotations }) => annotations['ingressclass.kubernetes.io/is-default-class'] === 'true');
  return !hasDefault && cluster.derive(knownTraefiks)?.some(({ settings }) => [...settings.keys()].some((key) => key.startsWith('providers.kubernetesingress'))) === true;
}
