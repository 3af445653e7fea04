// The policy of a tailnet, with tests that Tailscale runs before it takes the policy.
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import type { ErrorScope } from '../core/errors';
import { dnsLabel } from '../core/kubernetes-name';
import type { TailscaleGrant, TailscalePolicy, TailscaleSshRule, TailscaleSshTest, TailscaleTest } from '../formats/hujson';
import type { TailnetOptions } from './options';

const SSH = 'tcp:22';
const CHECK_PERIOD = Duration.hours(12);

/** The people of each group, by their addresses. */
export type Groups = ReadonlyMap<string, readonly string[]>;

/** @throws NetstackError for an unknown group or tag */
export function renderTailnetPolicy(tailnet: TailnetOptions, groups: Groups, scope: ErrorScope): TailscalePolicy {
  const group = (name: string): string => {
    if (!groups.has(name)) throw new NetstackError({ what: `The tailnet names group ${shorten(name)}, in which nobody is`, scope, fix: `name one of ${[...groups.keys()].sort().join(', ')}` });
    return `group:${name}`;
  };
  const tag = (name: string): string => {
    if (!Object.hasOwn(tailnet.tags, name)) throw new NetstackError({ what: `The tailnet names tag ${shorten(name)}, which is not declared`, scope, fix: `name one of ${Object.keys(tailnet.tags).sort().join(', ')}` });
    return `tag:${name}`;
  };
  for (const name of Object.keys(tailnet.tags)) dnsLabel(name, 'the name of a tag', scope);

  // One grant per pair: the ports that are named, and 22 where SSH is.
  const ports = new Map<string, Set<string>>();
  const allow = (from: string, to: string, what: readonly string[]): void => {
    const key = `${group(from)} ${tag(to)}`;
    ports.set(key, new Set([...(ports.get(key) ?? []), ...what]));
  };
  for (const grant of tailnet.grants) allow(grant.from, grant.to, grant.ports === undefined ? ['*'] : grant.ports.map((port) => `${port.protocol.toLowerCase()}:${port.number}`));
  for (const rule of tailnet.ssh ?? []) allow(rule.from, rule.to, [SSH]);
  const grants = [...ports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, set]): TailscaleGrant => {
    const [src, dst] = key.split(' ') as [string, string];
    return { src: [src], dst: [dst], ip: set.has('*') ? ['*'] : [...set].sort(byPort) };
  });

  const ssh = [...(tailnet.ssh ?? [])].sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1)).map((rule): TailscaleSshRule => ({
    action: 'check', src: [group(rule.from)], dst: [tag(rule.to)], users: [...rule.users].sort(), checkPeriod: rule.checkPeriod ?? CHECK_PERIOD,
  }));
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    groups: Object.fromEntries(sorted.map(([name, people]) => [`group:${name}`, [...people].sort()])),
    tagOwners: Object.fromEntries(Object.entries(tailnet.tags).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, owners]) => [`tag:${name}`, [...owners].map(group).sort()])),
    grants,
    ...(ssh.length > 0 ? { ssh } : {}),
    tests: reachTests(grants, groups, Object.keys(tailnet.tags)),
    ...(ssh.length > 0 ? { sshTests: sshTests(ssh, groups) } : {}),
  };
}

/** For each person: every port that the policy names, on every tag, is either reachable or not. */
function reachTests(grants: readonly TailscaleGrant[], groups: Groups, tags: readonly string[]): TailscaleTest[] {
  const named = [...new Set(grants.flatMap(({ ip }) => ip))].filter((port) => port !== '*').sort(byPort);
  const protocols = [...new Set(named.map((port) => port.split(':')[0] as 'tcp' | 'udp'))].sort();
  return people(groups).flatMap(([person, theirs]) => protocols.flatMap((proto): TailscaleTest[] => {
    const verdicts = [...tags].sort().flatMap((tag) => {
      const granted = new Set(grants.filter(({ src, dst }) => theirs.includes(src[0]!.slice('group:'.length)) && dst[0] === `tag:${tag}`).flatMap(({ ip }) => ip));
      return named.filter((port) => port.startsWith(`${proto}:`)).map((port) => ({ target: `tag:${tag}:${port.slice(proto.length + 1)}`, reachable: granted.has('*') || granted.has(port) }));
    });
    const accept = verdicts.filter(({ reachable }) => reachable).map(({ target }) => target);
    const deny = verdicts.filter(({ reachable }) => !reachable).map(({ target }) => target);
    return [{ src: person, proto, ...(accept.length > 0 ? { accept } : {}), ...(deny.length > 0 ? { deny } : {}) }];
  }));
}

function sshTests(rules: readonly TailscaleSshRule[], groups: Groups): TailscaleSshTest[] {
  return rules.flatMap((rule) => {
    const [person] = [...(groups.get(rule.src[0]!.slice('group:'.length)) ?? [])].sort();
    if (person === undefined) return [];
    return [{ src: person, dst: [...rule.dst], check: [...rule.users], ...(rule.users.includes('root') ? {} : { deny: ['root'] }) }];
  });
}

function people(groups: Groups): Array<readonly [string, readonly string[]]> {
  const memberships = new Map<string, string[]>();
  for (const [group, members] of groups) for (const member of members) memberships.set(member, [...(memberships.get(member) ?? []), group]);
  return [...memberships].sort(([a], [b]) => (a < b ? -1 : 1));
}

function byPort(a: string, b: string): number {
  const [x, y] = [a, b].map((port) => port.split(':')) as [string[], string[]];
  return x[0]! < y[0]! ? -1 : x[0]! > y[0]! ? 1 : Number(x[1]) - Number(y[1]);
}
