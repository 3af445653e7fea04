// Ingresses, Istio's Gateways and Traefik's routers, each read in a few lines: the oracle of those doors. Where an order is open, every order is tried.

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface PlainRequest {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Services that may answer; `404` where none does. */
export type Answers = ReadonlySet<string>;

const NONE: Answers = new Set(['404']);

function firstOf<T>(orders: ReadonlyArray<readonly T[]>, takes: (one: T) => boolean, name: (one: T) => string): Answers {
  return new Set(orders.map((order) => order.find(takes)).map((one) => (one === undefined ? '404' : name(one))));
}

function permutations<T>(all: readonly T[]): ReadonlyArray<readonly T[]> {
  return all.length < 2 ? [all] : all.flatMap((one, index) => permutations([...all.slice(0, index), ...all.slice(index + 1)]).map((rest) => [one, ...rest]));
}

/** Undefined when no Ingress is for the host. */
export function naiveIngress(ingresses: readonly Json[], { host, path }: PlainRequest): Answers | undefined {
  const rules = ingresses.flatMap(({ spec }) => spec.rules as Json[]);
  const wanted = [host, `*.${host.split('.').slice(1).join('.')}`, undefined].find((one) => rules.some((rule) => rule.host === one));
  if (wanted === undefined && !rules.some((rule) => rule.host === undefined)) return undefined;
  const paths: readonly Json[] = rules.filter((rule) => rule.host === wanted).flatMap((rule) => rule.http.paths);
  const under = (prefix: string): boolean => {
    const segments = prefix.split('/').filter(Boolean);
    return segments.every((one, index) => path.split('/').filter(Boolean)[index] === one);
  };
  const taking = paths.filter((one) => (one.pathType === 'Exact' ? one.path === path : under(one.path)));
  if (taking.length === 0) return NONE;
  const rank = (one: Json): number => (one.pathType === 'Exact' ? 1000 : one.path.replace(/\/$/, '').length);
  const best = Math.max(...taking.map(rank));
  return new Set(taking.filter((one) => rank(one) === best).map((one) => one.backend.service.name));
}

/** The VirtualServices of one Gateway for every host, in whatever order they were made. */
export function naiveIstio(services: readonly Json[], { host, path, method, headers }: PlainRequest): Answers {
  const covers = (one: string): boolean => one === '*' || one === host || (one.startsWith('*.') && host.endsWith(one.slice(1)));
  const byWidth = (a: string, b: string): number => Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length;
  const names = [...new Set(services.flatMap(({ spec }) => spec.hosts as string[]))].filter(covers).sort(byWidth);
  if (names.length === 0) return NONE;
  const compare = (value: string | undefined, { exact, prefix, regex }: Json): boolean => value !== undefined
    && (exact !== undefined ? value === exact : prefix !== undefined ? value.startsWith(prefix) : regex === undefined || new RegExp(`^(?:${regex})$`).test(value));
  const meets = (value: string, wanted: Json): boolean => wanted === undefined || compare(value, wanted);
  const takes = ({ match }: Json): boolean => match === undefined || (meets(path, match.uri) && meets(method, match.method)
    && Object.entries(match.headers ?? {}).every(([name, one]) => compare(headers[name], one)));
  const all = ({ match }: Json): boolean => match === undefined || (Object.keys(match).join() === 'uri' && (match.uri.prefix === '/' || match.uri.regex === '.*'));
  const orders = permutations(services.filter(({ spec }) => spec.hosts.includes(names[0]))).map((order) => {
    const routes = order.flatMap(({ spec }) => {
      const own = spec.http.flatMap((rule: Json) => (rule.match ?? [undefined]).map((match: Json) => ({ match, to: rule.route[0].destination.host })));
      // Behind what takes everything a VirtualService has no routes.
      return own.slice(0, own.findIndex(all) + 1 || own.length);
    });
    return [...routes.filter((one) => !all(one)), ...routes.filter(all)];
  });
  return firstOf(orders, takes, ({ to }) => to);
}

/** Undefined when no router takes it: then nobody answers. The rules are conjunctions; of routes of one IngressRoute with one rule the last is there. */
export function naiveTraefik(documents: readonly Json[], { host, path, method, headers }: PlainRequest): Answers | undefined {
  const takes = ({ match }: Json): boolean => (match as string).split(' && ').every((part) => {
    const [, not, name, first, second] = /^(!?)(\w+)\(`([^`]*)`(?:, `([^`]*)`)?\)$/.exec(part)!;
    const met = {
      Host: () => host === first || (first!.startsWith('*.') && host.split('.').slice(1).join('.') === first!.slice(2)), HostRegexp: () => new RegExp(first!).test(host), Path: () => path === first,
      PathPrefix: () => path.startsWith(first!), PathRegexp: () => new RegExp(first!).test(path), Method: () => method === first, Header: () => headers[first!] === second,
    }[name!]!();
    return met !== (not === '!');
  });
  const routes = documents.flatMap(({ spec }) => (spec.routes as Json[]).filter((one, index) => !spec.routes.slice(index + 1).some((other: Json) => other.match === one.match)));
  const taking = routes.filter(takes);
  if (taking.length === 0) return undefined;
  const priority = (one: Json): number => one.priority ?? one.match.length;
  const best = Math.max(...taking.map(priority));
  return new Set(taking.filter((one) => priority(one) === best).map((one) => one.services[0].name));
}
