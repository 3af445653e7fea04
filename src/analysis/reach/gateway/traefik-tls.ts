// The TLSOption that a connection to Traefik gets: it is chosen by the name that the caller asks for, before anything of the request is known.
// https://doc.traefik.io/traefik/reference/routing-configuration/http/tls/tls-options/
import type { ClusterModel } from '../../model/cluster-model';
import type { Entry } from '../../model/entry';
import { record, text } from '../../model/fields';
import { TRAEFIK } from '../../model/traefik';
import { verdict } from './arrival';
import type { Arrival } from './arrival';
import { withoutDot } from './traefik-matching';
import type { Stop } from './traefik-middlewares';
import type { ServedRouter } from './traefik-routers';
import { servedRouters } from './traefik-routers';

/** What stands between a caller and a router before his request is read; undefined when nothing does. */
export function beforeRequest(cluster: ClusterModel, router: ServedRouter, { facts, request: { scheme, host } }: Arrival): Stop | undefined {
  if (scheme !== 'https') return undefined;
  const { byHost, some, unread } = cluster.derive(namedOptions);
  const open = (because: string, entry: Entry = router.entry): Stop => ({ verdict: verdict('undetermined', because, [{ entry, path: entry === router.entry ? ['spec', 'tls'] : ['spec'] }]) });
  let name = '';
  if (some) {
    if (host === undefined) return open('Which TLSOption the connection gets is not known without the host name');
    const wanted = withoutDot(host.toLowerCase());
    const names = new Set([wanted, `*${wanted.slice(wanted.indexOf('.'))}`, '*'].flatMap((one) => [...byHost.get(one) ?? []]));
    const isOwn = hostsOfRouter(router).some((one) => one === '*' || one === wanted || one === `*${wanted.slice(wanted.indexOf('.'))}`);
    // Who comes to a router by another name than those that it asks for has the option of that name, which is not the router's.
    const isOther = !isOwn && hostsOfRouter(router).length > 0 && optionOf(router) !== '';
    if (isOther || unread.some((source) => source.includes(wanted)) || (isOwn ? names.size > 1 : [...names].some((one) => one !== ''))) return open(`Routers for ${host} have different TLSOptions, and what comes of that is not modelled`);
    name = isOwn ? [...names][0] ?? '' : '';
  }
  const option = name === '' ? cluster.derive(defaultOption) : cluster.find(TRAEFIK, 'TLSOption', name.slice(0, name.indexOf('/')), name.slice(name.indexOf('/') + 1));
  if (option === null) return open('Several TLSOptions are the default one');
  // One that is not there leaves the router out.
  if (!option) return undefined;
  if (!option.sound) return open(`What ${option.toString()} asks of callers is not known`, option);
  if (option.spec.sniStrict === true) return open(`${option.toString()} lets in those names only of which there is a certificate, which is not modelled`, option);
  if (!DEMANDS.has(String(record(option.spec.clientAuth).clientAuthType)) || facts.clientCertificate === true) return undefined;
  return { verdict: verdict('denied', `${option.toString()} asks callers for a certificate, and this one has none`, [{ entry: option, path: ['spec', 'clientAuth', 'clientAuthType'] }], 'reset') };
}

const DEMANDS: ReadonlySet<string> = new Set(['RequireAnyClientCert', 'RequireAndVerifyClientCert']);

function hostsOfRouter({ rule }: ServedRouter): readonly string[] {
  return (rule?.hosts ?? []).map(withoutDot);
}

/** `namespace/name` of the TLSOption that a router names; empty without. */
function optionOf({ entry, ofIngress }: ServedRouter): string {
  const { name, namespace } = record(record(ofIngress ? undefined : entry.spec.tls).options);
  return text(name) === undefined ? '' : `${text(namespace) ?? entry.namespace}/${String(name)}`;
}

/** The options that routers name, by the hosts that they ask for, and rules of such routers that cannot be read: Traefik may find hosts in them all the same. */
function namedOptions(cluster: ClusterModel): { readonly byHost: ReadonlyMap<string, ReadonlySet<string>>; readonly some: boolean; readonly unread: readonly string[] } {
  const unread: string[] = [];
  const byHost = new Map<string, Set<string>>();
  let some = false;
  for (const router of cluster.derive(servedRouters)) {
    const option = optionOf(router);
    if (option !== '') some = true;
    if (option !== '' && router.rule?.problem !== undefined) unread.push(router.source.toLowerCase());
    for (const host of hostsOfRouter(router)) {
      const known = byHost.get(host);
      if (known) known.add(option);
      else byHost.set(host, new Set([option]));
    }
  }
  return { byHost, some, unread };
}

/** The option of connections that no router names one for; null when several claim to be it. */
function defaultOption(cluster: ClusterModel): Entry | undefined | null {
  const found = cluster.everyObject(TRAEFIK, 'TLSOption').filter(({ name }) => name === 'default');
  return found.length > 1 ? null : found[0];
}
