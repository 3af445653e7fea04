// A policy of Tailscale: which of its grants lets whom through (tailscale.com/kb/1337/policy-syntax). Only what is written out is followed; postures and sets of addresses are not.
import { readHujson } from '../../formats/hujson/read';
import type { ConfigDocument } from '../input';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { Three } from './three';
import { all, any } from './three';
import type { World } from './cluster-model';

export interface Tailnet {
  readonly file: ConfigDocument;
  readonly policy: Readonly<Record<string, Fields>>;
}

export function tailnets(world: World): readonly Tailnet[] {
  return world.files('hujson').flatMap((file): Tailnet[] => {
    const policy = record(readHujson(file.text));
    // Other files are written in this language, too.
    return ['acls', 'grants', 'ssh', 'tagOwners'].some((key) => key in policy) ? [{ file, policy }] : [];
  });
}

/** Whether devices of a source reach a destination at a TCP port. */
export function reaches({ policy }: Tailnet, source: string, destination: string, port: number): Three {
  // Without any rule of the network the default of the service stands, which nobody sees.
  if (policy.grants === undefined && policy.acls === undefined) return undefined;
  const grants = list(policy.grants).map(record).map((grant): Three => {
    if (list(grant.ip).length === 0) return false;
    const ports = any(list(grant.ip).map((one) => holdsPort(String(one), port)));
    return all([ports, covers(policy, list(grant.dst), destination), covers(policy, list(grant.src), source), list(grant.srcPosture).length > 0 ? undefined : true]);
  });
  const acls = list(policy.acls).map(record).map((acl): Three => {
    const protocol = text(acl.proto) ?? 'tcp';
    if (!['tcp', '6', ''].includes(protocol)) return false;
    const met = any(list(acl.dst).map((one): Three => {
      const [, host, ports] = /^(.*):([^:]*)$/.exec(String(one)) ?? [];
      return host === undefined || !ports!.split(',').some((range) => inRange(range, port)) ? false : covers(policy, [host], destination);
    }));
    return all([met, covers(policy, list(acl.src), source), list(acl.srcPosture).length > 0 ? undefined : true]);
  });
  return any([...grants, ...acls]);
}

/** Whether a list of selectors holds another one: itself, everybody, or the groups that it stands for. Addresses, names of hosts, roles and groups from elsewhere may hold it. */
function covers(policy: Readonly<Record<string, Fields>>, selectors: readonly Fields[], wanted: string): Three {
  const named = selectors.map(String);
  if (named.includes('*') || named.includes(wanted)) return true;
  const groups = record(policy.groups);
  const people = wanted.startsWith('group:') || wanted.includes('@');
  if (named.includes(people ? 'autogroup:member' : 'autogroup:tagged') && (people || wanted.startsWith('tag:'))) return true;
  const members = wanted.startsWith('group:') ? list(groups[wanted]).map(String) : [wanted];
  if (people && members.length > 0 && members.every((member) => named.includes(member) || named.some((selector) => list(groups[selector]).includes(member)))) return true;
  const perhaps = named.some((selector) => {
    if (selector.startsWith('tag:')) return false;
    if (selector.startsWith('autogroup:')) return people && !['autogroup:tagged', 'autogroup:internet', 'autogroup:self'].includes(selector);
    if (selector.startsWith('group:')) return people && (groups[selector] === undefined || (wanted.startsWith('group:') && groups[wanted] === undefined));
    // An address or the name of a host is some device, of which nobody says whose it is.
    return !selector.includes('@');
  });
  return perhaps ? undefined : false;
}

function holdsPort(grant: string, port: number): Three {
  if (grant === '*') return true;
  const [, protocol, ports] = /^(?:([a-z0-9-]+):)?([^:]+)$/.exec(grant) ?? [];
  if (ports === undefined) return undefined;
  return (protocol === undefined || protocol === 'tcp' || protocol === '6') && ports.split(',').some((range) => inRange(range, port));
}

function inRange(range: string, port: number): boolean {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(range.trim()) ?? [];
  return range.trim() === '*' || (first !== undefined && Number(first) <= port && port <= Number(last ?? first));
}
