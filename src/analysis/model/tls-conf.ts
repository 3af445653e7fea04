// The highest TLS version of hops whose configuration is a text in a ConfigMap (nginx, HAProxy), and of gateways that say it in one field (Consul, Contour).
import type { FieldPath } from '../documents/document';
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { record } from './fields';
import { tlsVersion } from './tls-range';
import { mountedTexts, podsWithImage } from './workload-config';

export interface TlsCeiling {
  readonly at: Entry;
  readonly path: FieldPath;
  readonly label: string;
  readonly max: number;
}

export const CEILING_SUBJECTS: readonly string[] = ['consul.hashicorp.com/Mesh', 'consul.hashicorp.com/IngressGateway', 'projectcontour.io/HTTPProxy'];

const NGINX_IMAGES: readonly string[] = ['nginx', 'nginx-unprivileged', 'angie', 'openresty'];
const PROTOCOLS = /^[ \t]*ssl_protocols\s+([^\s;#][^;#\n]*);/gm;
const QUIC = /^[ \t]*listen\s[^;#\n]*\bquic\b/m;

/** Upper ends that are written out, wherever that is. */
export function ceilings(cluster: ClusterModel): readonly TlsCeiling[] {
  return [...nginxTexts(cluster).flatMap(({ ceiling }) => ceiling ?? []), ...haproxy(cluster), ...fields(cluster)];
}

/** nginx with a QUIC listener whose every ssl_protocols leaves TLS 1.3 out: it does not start (ngx_http_ssl_module, "must enable TLSv1.3"). */
export function quicWithoutTls13(cluster: ClusterModel): readonly TlsCeiling[] {
  return nginxTexts(cluster).flatMap(({ ceiling, quic }) => (quic && ceiling ? [ceiling] : []));
}

function nginxTexts(cluster: ClusterModel): ReadonlyArray<{ readonly ceiling: TlsCeiling | undefined; readonly quic: boolean }> {
  return NGINX_IMAGES.flatMap((image) => podsWithImage(cluster, image)).flatMap((pods) => mountedTexts(cluster, pods).map(({ entry, key, text }) => {
    const highest = [...text.matchAll(PROTOCOLS)].map(([, versions]) => Math.max(0, ...versions!.trim().split(/\s+/).map((one) => tlsVersion(one) ?? 0))).filter((one) => one > 0);
    const max = Math.max(0, ...highest);
    // Where one of several servers takes 1.3 the others are narrow on purpose.
    return { quic: QUIC.test(text), ceiling: max === 0 ? undefined : { at: entry, path: ['data', key], label: `nginx in ${pods.entry.toString()}`, max } };
  }));
}

function haproxy(cluster: ClusterModel): TlsCeiling[] {
  return podsWithImage(cluster, 'haproxy').flatMap((pods) => mountedTexts(cluster, pods).flatMap(({ entry, key, text }): TlsCeiling[] => {
    const binds = text.split('\n').filter((line) => /^\s*(?:bind\s.*\bssl\b|ssl-default-bind-options\s)/.test(line.replace(/#.*/, '')));
    const found = binds.map((line) => tlsVersion(/\bssl-max-ver\s+(\S+)/.exec(line)?.[1]) ?? (/\bno-tlsv13\b/.test(line) ? 12 : undefined)).find((one) => one !== undefined);
    return found === undefined ? [] : [{ at: entry, path: ['data', key], label: `HAProxy in ${pods.entry.toString()}`, max: found }];
  }));
}

function fields(cluster: ClusterModel): TlsCeiling[] {
  const of = (at: Entry, path: FieldPath, value: unknown): TlsCeiling[] => {
    const max = tlsVersion(value);
    return max === undefined ? [] : [{ at, path, label: at.toString(), max }];
  };
  return [
    ...cluster.objects('consul.hashicorp.com', 'Mesh').flatMap((at) => of(at, ['spec', 'tls', 'incoming', 'tlsMaxVersion'], record(record(at.spec.tls).incoming).tlsMaxVersion)),
    ...cluster.objects('consul.hashicorp.com', 'IngressGateway').flatMap((at) => of(at, ['spec', 'tls', 'tlsMaxVersion'], record(at.spec.tls).tlsMaxVersion)),
    ...cluster.has('projectcontour.io', 'HTTPProxy') ? cluster.entries.filter(({ group, kind }) => group === 'projectcontour.io' && kind === 'HTTPProxy')
      .flatMap((at) => of(at, ['spec', 'virtualhost', 'tls', 'maximumProtocolVersion'], record(record(at.spec.virtualhost).tls).maximumProtocolVersion)) : [],
  ];
}
