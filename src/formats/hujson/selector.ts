// Who and what a Tailscale policy names: people, groups, tags, autogroups, hosts, addresses.
import { shorten } from '../../core/errors';
import { checkedBlock, isAddress } from '../address';
import { refuse } from '../refuse';
import { checkedInteger, checkedText } from '../text';
import type { TailscalePolicy } from './model';

const GROUP = /^group:[a-z0-9][a-z0-9._-]{0,62}$/;
const TAG = /^tag:[A-Za-z][A-Za-z0-9-]{0,62}$/;
const HOST = /^[a-z][a-z0-9-]{0,62}$/;
// The user part is as wide as mail allows in practice; headscale's accounts without domain end in @.
const USER = /^[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*)?$/;
const AUTOGROUPS: ReadonlySet<string> = new Set(
  ['admin', 'auditor', 'billing-admin', 'it-admin', 'member', 'network-admin', 'owner', 'tagged', 'shared', 'self', 'internet', 'danger-all'].map((name) => `autogroup:${name}`),
);

/** Where a selector may stand decides what it may be. */
export type SelectorPlace = 'src' | 'dst' | 'people' | 'owner' | 'device';

/** Checks a selector and what it refers to. */
export function checkedSelector(text: string, place: SelectorPlace, policy: TailscalePolicy, where: string): string {
  checkedText(text, where);
  if (text === '*' && (place === 'src' || place === 'dst' || place === 'device')) return text;
  if (text.startsWith('group:')) return known(text, GROUP, policy.groups, 'groups', where);
  if (text.startsWith('tag:')) {
    if (place === 'people') refuse(where, `${shorten(text)} is a tag where people are named`, 'name people or a group');
    return known(text, TAG, policy.tagOwners, 'tagOwners', where);
  }
  if (text.startsWith('autogroup:')) return checkedAutogroup(text, place, where);
  if (USER.test(text)) return text;
  if (place === 'src' || place === 'dst') {
    if (isAddress(text) || text.includes('/')) return checkedBlock(text, where).value;
    if (HOST.test(text)) return known(text, HOST, policy.hosts, 'hosts', where);
  }
  return refuse(where, `${shorten(text)} names nobody that a policy knows`, 'write a person as alice@example.com, a group as group:name, a tag as tag:name, or an address');
}

/** Checks the name of a group, tag or host that the policy defines. */
export function checkedDefinition(name: string, kind: 'groups' | 'tagOwners' | 'hosts', where: string): string {
  const pattern = { groups: GROUP, tagOwners: TAG, hosts: HOST }[kind];
  const example = { groups: 'group:engineering', tagOwners: 'tag:prod', hosts: 'hub' }[kind];
  if (!pattern.test(name)) refuse(where, `${shorten(name)} is no name for an entry of ${kind}`, `write it as ${example}`);
  return name;
}

/** Checks a person: groups cannot hold groups or tags. */
export function checkedUser(text: string, where: string): string {
  checkedText(text, where);
  if (!USER.test(text)) refuse(where, `${shorten(text)} is no person`, 'write a sign-in name such as alice@example.com');
  return text;
}

/** Checks what a grant opens: `*`, or ports of a protocol. */
export function checkedIpProtocol(text: string, where: string): string {
  const match = /^(?:(tcp|udp|sctp|icmp|gre|esp|ah|\d{1,3}):)?(\*|\d{1,5})(?:-(\d{1,5}))?$/.exec(checkedText(text, where));
  if (!match) return refuse(where, `${shorten(text)} is no protocol and port`, 'write it as *, tcp:443, udp:4000-5000 or icmp:*');
  const [, protocol, first, last] = match;
  if (/^\d+$/.test(protocol ?? '') && Number(protocol) > 255) refuse(where, `The protocol ${protocol} is no number from 0 to 255`, 'use its name or its IANA number');
  if (first === '*' ? last !== undefined : protocol === 'icmp') refuse(where, `${shorten(text)} is no protocol and port`, 'write it as *, tcp:443, udp:4000-5000 or icmp:*');
  if (first !== '*') {
    const low = checkedInteger(Number(first), 1, 65_535, `${where}, port`);
    if (last !== undefined && checkedInteger(Number(last), 1, 65_535, `${where}, port`) < low) refuse(where, `The range of ports ${first}-${last} runs backwards`, `write ${last}-${first}`);
  }
  return text;
}

/** Splits the target of a test, `tag:prod:443`. */
export function testTarget(text: string, policy: TailscalePolicy, where: string): { readonly dst: string; readonly port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(checkedText(text, where));
  if (!match) return refuse(where, `${shorten(text)} has no port`, 'write it as tag:prod:443');
  const host = /^\[(.*)\]$/.exec(match[1])?.[1] ?? match[1];
  if (host === '*') refuse(where, 'A test needs one target', 'name a tag, a host or an address');
  return { dst: checkedSelector(host, 'dst', policy, where), port: checkedInteger(Number(match[2]), 1, 65_535, `${where}, port`) };
}

function known(text: string, pattern: RegExp, entries: object | undefined, list: string, where: string): string {
  if (!pattern.test(text) || !Object.hasOwn(entries ?? {}, text)) refuse(where, `${shorten(text)} is not defined in this policy`, `add it to \`${list}\``);
  return text;
}

function checkedAutogroup(text: string, place: SelectorPlace, where: string): string {
  if (!AUTOGROUPS.has(text)) refuse(where, `${shorten(text)} is no autogroup of Tailscale`, 'use one such as autogroup:member or autogroup:admin');
  if ((text === 'autogroup:internet' || text === 'autogroup:self') && place !== 'dst') refuse(where, `${text} is a destination only`, 'name who may use it here');
  return text;
}
