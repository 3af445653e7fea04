// The policy of a tailnet, with tests that Tailscale runs before it takes the policy.
import type { IConstruct } from 'constructs';
import { Duration } from '../core/duration';
import { NetstackError, shorten } from '../core/errors';
import { Port } from '../core/port';
import { requireList, requireObject, requireOptions } from '../core/shape';
import type { TailscaleGrant, TailscalePolicy, TailscaleSshRule, TailscaleSshTest, TailscaleTest } from '../formats/hujson';
import type { Groups } from './ends';
import type { TailnetGrant, TailnetOptions, TailnetSsh } from './options';

const SSH = 'tcp:22';
const CHECK_PERIOD = Duration.hours(12);
const SHORTEST_CHECK = Duration.minutes(1);
const LONGEST_CHECK = Duration.hours(168);
const EVERYBODY_BUT_ROOT = 'autogroup:nonroot';
/** An account that no rule names, for tests of a rule that takes every one. */
const SOME_ACCOUNT = 'nobody';

/** The options, checked: every group and tag is known. */
interface Tailnet {
  readonly tags: ReadonlyMap<string, readonly string[]>;
  readonly grants: ReadonlyArray<{ readonly from: string; readonly to: string; readonly ip: readonly string[] }>;
  readonly ssh: ReadonlyArray<{ readonly from: string; readonly to: string; readonly users: readonly string[]; readonly checkPeriod: Duration }>;
}

/** @throws NetstackError for an unknown group or tag, for root, for port 22 where SSH would refuse it */
export function renderTailnetPolicy(options: TailnetOptions, groups: Groups, scope: IConstruct): TailscalePolicy {
  const tailnet = readTailnet(options, groups, scope);
  // One grant per pair: the ports that are named, and 22 where SSH is.
  const ports = new Map<string, Set<string>>();
  for (const { from, to, ip } of [...tailnet.grants, ...tailnet.ssh.map((rule) => ({ ...rule, ip: [SSH] }))]) {
    const key = `group:${from} tag:${to}`;
    ports.set(key, new Set([...(ports.get(key) ?? []), ...ip]));
  }
  const grants = [...ports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, set]): TailscaleGrant => {
    const [src, dst] = key.split(' ') as [string, string];
    return { src: [src], dst: [dst], ip: set.has('*') ? ['*'] : [...set].sort(byPort) };
  });
  const ssh = [...tailnet.ssh].sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1)).map((rule): TailscaleSshRule => ({
    action: 'check', src: [`group:${rule.from}`], dst: [`tag:${rule.to}`], users: [...rule.users].sort(), checkPeriod: rule.checkPeriod,
  }));
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    groups: Object.fromEntries(sorted.map(([name, people]) => [`group:${name}`, [...people].sort()])),
    tagOwners: Object.fromEntries([...tailnet.tags].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, owners]) => [`tag:${name}`, owners.map((owner) => `group:${owner}`).sort()])),
    grants,
    ...(ssh.length > 0 ? { ssh } : {}),
    tests: reachTests(grants, groups, [...tailnet.tags.keys()]),
    ...(ssh.length > 0 ? { sshTests: sshTests(tailnet, groups) } : {}),
  };
}

function readTailnet(options: TailnetOptions, groups: Groups, scope: IConstruct): Tailnet {
  const refuse = (what: string, fix: string): never => {
    throw new NetstackError({ what, scope, fix });
  };
  const oneOf = (names: Iterable<string>, none: string): string => [...names].sort().join(', ') || none;
  const group = (name: string): string => (groups.has(name) ? name : refuse(`The tailnet names group ${shorten(name)}, in which nobody is`, `name one of ${oneOf(groups.keys(), 'the groups of people')}`));
  const { tags: given, grants: wanted, ssh: wishes } = requireOptions(options, { tags: true, grants: true, ssh: true }, 'the tailnet', scope);

  const tags = new Map<string, readonly string[]>();
  for (const [name, owners] of Object.entries(requireObject(given, 'the tags of the tailnet', scope))) {
    if (!/^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) refuse(`${shorten(name)} is not the name of a tag`, 'use lower-case letters, digits and "-", with a letter in front');
    const list = requireList(owners, `the owners of tag ${name}`, scope).map(group);
    if (list.length === 0) refuse(`Tag ${name} has no owner`, 'name the groups that may give it to a machine');
    tags.set(name, [...new Set(list)]);
  }
  const tag = (name: string): string => (tags.has(name) ? name : refuse(`The tailnet names tag ${shorten(name)}, which is not declared`, `name one of ${oneOf(tags.keys(), 'tags, where there is none yet')}`));

  const ssh = requireList(wishes, 'the ssh rules of the tailnet', scope).map((rule: TailnetSsh) => {
    const [from, to] = [group(requireOptions(rule, { from: true, to: true, users: true, checkPeriod: true }, 'an ssh rule', scope).from), tag(rule.to)];
    const where = `The ssh rule from ${from} to ${to}`;
    const users = requireList(rule.users, `the users of ${where}`, scope);
    if (users.length === 0) refuse(`${where} names no account`, "give such as users: ['deploy']");
    const nobody = users.find((user) => typeof user !== 'string');
    if (nobody !== undefined) refuse(`${where} names account ${shorten(nobody)}`, "give such as users: ['deploy']");
    if (users.includes('root')) refuse(`${where} lets people in as root`, `name the service's own account, or '${EVERYBODY_BUT_ROOT}'`);
    const checkPeriod = Duration.of(rule.checkPeriod ?? CHECK_PERIOD);
    if (checkPeriod.toMillis() < SHORTEST_CHECK.toMillis() || checkPeriod.toMillis() > LONGEST_CHECK.toMillis()) refuse(`${where} asks again after ${checkPeriod}`, 'give one minute to 168 hours');
    return { from, to, users: [...new Set(users)], checkPeriod };
  });
  const pairs = ssh.map(({ from, to }) => `${from} to ${to}`);
  const twice = pairs.find((pair, i) => pairs.indexOf(pair) < i);
  if (twice !== undefined) refuse(`There are two ssh rules from ${twice}`, 'join them');

  const grants = requireList(wanted, 'the grants of the tailnet', scope).map((grant: TailnetGrant) => {
    const [from, to] = [group(requireOptions(grant, { from: true, to: true, ports: true }, 'a grant', scope).from), tag(grant.to)];
    const where = `The grant from ${from} to ${to}`;
    if (grant.ports === undefined) return { from, to, ip: ['*'] };
    const ports = requireList(grant.ports, `the ports of ${where}`, scope);
    if (ports.length === 0) refuse(`${where} has an empty list of ports`, 'name ports, or leave the list out for every one');
    const stranger = ports.find((port) => !(port instanceof Port));
    if (stranger !== undefined) refuse(`${where} names ${shorten(stranger)} for a port`, 'give such as Port.tcp(443)');
    const ip = ports.map((port) => `${port.protocol.toLowerCase()}:${port.number}`);
    // Where SSH is Tailscale's, it answers on port 22 itself and refuses whom no rule names.
    if (ip.includes(SSH) && ssh.some((rule) => rule.to === to) && !ssh.some((rule) => rule.to === to && rule.from === from)) {
      refuse(`${where} opens port 22, and no ssh rule lets ${from} in there`, 'add one: the port comes with it');
    }
    return { from, to, ip };
  });
  if (grants.length + ssh.length === 0) refuse('The tailnet grants nothing', 'add grants: nobody reaches anything otherwise');
  return { tags, grants, ssh };
}

/** One person for each set of groups: every port that the policy names, on every tag, is either reachable or not. */
function reachTests(grants: readonly TailscaleGrant[], groups: Groups, tags: readonly string[]): TailscaleTest[] {
  // Port 22 is asked for even where nobody names it: who may log in is what a policy is read for.
  const named = [...new Set([SSH, ...grants.flatMap(({ ip }) => ip)])].filter((port) => /^(?:tcp|udp):/.test(port)).sort(byPort);
  const protocols = [...new Set(named.map((port) => port.split(':')[0] as 'tcp' | 'udp'))].sort();
  return representatives(groups).flatMap(([person, theirs]) => protocols.map((proto): TailscaleTest => {
    const verdicts = [...tags].sort().flatMap((tag) => {
      const granted = new Set(grants.filter(({ src, dst }) => theirs.includes(src[0]!.slice('group:'.length)) && dst[0] === `tag:${tag}`).flatMap(({ ip }) => ip));
      return named.filter((port) => port.startsWith(`${proto}:`)).map((port) => ({ target: `tag:${tag}:${port.slice(proto.length + 1)}`, reachable: granted.has('*') || granted.has(port) }));
    });
    const accept = verdicts.filter(({ reachable }) => reachable).map(({ target }) => target);
    const deny = verdicts.filter(({ reachable }) => !reachable).map(({ target }) => target);
    return { src: person, proto, ...(accept.length > 0 ? { accept } : {}), ...(deny.length > 0 ? { deny } : {}) };
  }));
}

/** One person for each set of groups: on every tag with SSH, each account that a rule names is theirs or is not; root is nobody's. */
function sshTests(tailnet: Tailnet, groups: Groups): TailscaleSshTest[] {
  const tags = [...new Set(tailnet.ssh.map(({ to }) => to))].sort();
  return representatives(groups).flatMap(([person, theirs]) => tags.map((tag): TailscaleSshTest => {
    const rules = tailnet.ssh.filter(({ to }) => to === tag);
    const accounts = (users: readonly string[]): string[] => users.flatMap((user) => (user === EVERYBODY_BUT_ROOT ? [SOME_ACCOUNT] : user.includes(':') ? [] : [user]));
    const allowed = new Set(rules.filter(({ from }) => theirs.includes(from)).flatMap(({ users }) => users));
    const known = [...new Set(rules.flatMap(({ users }) => accounts(users)))].sort();
    const may = (account: string): boolean => allowed.has(EVERYBODY_BUT_ROOT) || allowed.has(account);
    // Whom `localpart:` lets in depends on the person's address, so nothing is asserted of the accounts of those who have it.
    const byName = [...allowed].some((user) => user.startsWith('localpart:'));
    const check = known.filter(may);
    const deny = ['root', ...(byName ? [] : known.filter((account) => !may(account)))].sort();
    return { src: person, dst: [`tag:${tag}`], ...(check.length > 0 ? { check } : {}), deny };
  }));
}

/** The first person, by name, of each set of groups. */
function representatives(groups: Groups): ReadonlyArray<readonly [person: string, groups: readonly string[]]> {
  const memberships = new Map<string, string[]>();
  for (const [group, members] of groups) for (const member of members) memberships.set(member, [...(memberships.get(member) ?? []), group]);
  const first = new Map<string, readonly [string, readonly string[]]>();
  for (const [person, theirs] of [...memberships].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const key = [...theirs].sort().join(' ');
    if (!first.has(key)) first.set(key, [person, theirs]);
  }
  return [...first.values()];
}

function byPort(a: string, b: string): number {
  const [x, y] = [a, b].map((port) => port.split(':')) as [string[], string[]];
  return x[0]! < y[0]! ? -1 : x[0]! > y[0]! ? 1 : Number(x[1]) - Number(y[1]);
}
