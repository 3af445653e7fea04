// Certificates for names: who shows a certificate to clients, out of which Secret, and which cert-manager Certificate writes that Secret.
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import { gatewayModel } from './gateway-api';
import { beside } from './references/beside';
import { readRule } from './traefik-rule';

/** Somebody who shows a certificate. */
export interface CertificateUse {
  readonly at: Entry;
  /** Where the Secrets are named. */
  readonly path: FieldPath;
  /** `Listener https of Gateway shop/web`. */
  readonly label: string;
  readonly secrets: ReadonlyArray<{ readonly namespace: string; readonly name: string }>;
  /** The names that clients ask for; empty when they are not written here. */
  readonly hosts: readonly string[];
}

/** Every use of a TLS Secret for names that clients ask for: `cluster.derive(certificateUses)`. */
export function certificateUses(cluster: ClusterModel): readonly CertificateUse[] {
  return [...ofListeners(cluster), ...ofIngresses(cluster), ...ofIstio(cluster), ...ofTraefik(cluster)];
}

/** Certificates of cert-manager by the Secret that they write: `namespace/name`. */
export function certificatesBySecret(cluster: ClusterModel): ReadonlyMap<string, readonly Entry[]> {
  const found = new Map<string, Entry[]>();
  for (const certificate of cluster.objects('cert-manager.io', 'Certificate')) {
    const key = `${certificate.namespace}/${String(certificate.spec.secretName)}`;
    const known = found.get(key);
    if (known) known.push(certificate);
    else found.set(key, [certificate]);
  }
  return found;
}

/** The DNS names of a Certificate; undefined when they stand where they cannot be read. */
export function namesOf({ spec }: Entry): readonly string[] | undefined {
  if (spec.literalSubject !== undefined || spec.isCA === true) return undefined;
  const names = list(spec.dnsNames).map(String);
  return [...names, ...text(spec.commonName) === undefined || names.includes(spec.commonName as string) ? [] : [spec.commonName as string]];
}

/** Whether a Secret may come from somebody whom the documents do not show. */
export function mayHaveSecret(cluster: ClusterModel, namespace: string, name: string): boolean {
  return cluster.derive(beside).mayHave('/Secret', namespace, name);
}

function ofListeners(cluster: ClusterModel): CertificateUse[] {
  return cluster.derive(gatewayModel).gateways.flatMap(({ listeners }) => listeners).flatMap(({ home, path, name, hostname, tlsMode, fields }): CertificateUse[] => {
    if (tlsMode !== 'Terminate') return [];
    const secrets = list(fields.tls?.certificateRefs).filter(({ kind = 'Secret', group = '' }: Fields) => kind === 'Secret' && group === '')
      .map((ref: Fields) => ({ namespace: text(ref.namespace) ?? home.namespace, name: String(ref.name) }));
    return secrets.length === 0 ? [] : [{ at: home, path: [...path, 'tls', 'certificateRefs'], label: `Listener ${name} of ${home.toString()}`, secrets, hosts: hostname === undefined ? [] : [hostname] }];
  });
}

function ofIngresses(cluster: ClusterModel): CertificateUse[] {
  return cluster.objects('networking.k8s.io', 'Ingress').flatMap((at) => list(at.spec.tls).flatMap((fields: Fields, index): CertificateUse[] => {
    const name = text(fields.secretName);
    return name === undefined ? [] : [{
      at, path: ['spec', 'tls', index, 'secretName'], label: at.toString(), secrets: [{ namespace: at.namespace, name }], hosts: list(fields.hosts).map(String),
    }];
  }));
}

function ofIstio(cluster: ClusterModel): CertificateUse[] {
  return cluster.objects('networking.istio.io', 'Gateway').flatMap((at) => list(at.spec.servers).flatMap((server: Fields, index): CertificateUse[] => {
    const name = text(server.tls?.credentialName);
    if (name === undefined || name.includes('://')) return [];
    // The Secret is read where the gateway's pods run.
    const homes = new Set(cluster.selectByMap(undefined, record(at.spec.selector)).map(({ namespace }) => namespace));
    const namespace = homes.size === 1 ? [...homes][0]! : at.namespace;
    if (homes.size > 1) return [];
    return [{
      at, path: ['spec', 'servers', index, 'tls', 'credentialName'], label: `Server ${String(server.port?.name ?? index)} of ${at.toString()}`, secrets: [{ namespace, name }],
      hosts: list(server.hosts).map((host) => String(host).replace(/^[^/]*\//, '')).filter((host) => host !== '*'),
    }];
  }));
}

function ofTraefik(cluster: ClusterModel): CertificateUse[] {
  const routes = ['IngressRoute', 'IngressRouteTCP'].flatMap((kind) => cluster.objects('traefik.io', kind)).flatMap((at): CertificateUse[] => {
    const name = text(at.spec.tls?.secretName);
    if (name === undefined) return [];
    const hosts = at.kind === 'IngressRoute' ? list(at.spec.routes).flatMap((route: Fields) => readRule(String(route.match))?.hosts ?? []) : [];
    return [{ at, path: ['spec', 'tls', 'secretName'], label: at.toString(), secrets: [{ namespace: at.namespace, name }], hosts: [...new Set(hosts)] }];
  });
  // The certificates of a store are shown for whatever names they are for.
  const stores = cluster.objects('traefik.io', 'TLSStore').flatMap((at): CertificateUse[] => [
    ...at.spec.defaultCertificate === undefined ? [] : [[at.spec.defaultCertificate, ['spec', 'defaultCertificate', 'secretName']] as const],
    ...list(at.spec.certificates).map((one: Fields, i) => [one, ['spec', 'certificates', i, 'secretName']] as const),
  ].flatMap(([fields, path]) => {
    const name = text(record(fields).secretName);
    return name === undefined ? [] : [{ at, path, label: at.toString(), secrets: [{ namespace: at.namespace, name }], hosts: [] }];
  }));
  return [...routes, ...stores];
}
