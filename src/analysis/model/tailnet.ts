// A policy of Tailscale: which of its grants lets whom through (tailscale.com/kb/1337/policy-syntax). Only what is written out is followed; postures and sets of addresses are not.
import { readHujson } from '../../formats/hujson/read';
import type { ConfigDocument } from '../input';
import type { Fields } from './fields';
import { list, record, text } from './fields';
import type { Three } from './three';
import { any } from './three';
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
  const grants = list(policy.grants).map(record).map((grant): Three => {
    if (list(grant.ip).length === 0) return false;
    const ports = any(list(grant.ip).map((one) => holdsPort(String(one), port)));
    if (ports === false || !covers(policy, list(grant.dst), destination)) return false;
    return covers(policy, list(grant.src), source) ? (list(grant.srcPosture).length > 0 || ports === undefined ? undefined : true) : false;
  });
  const acls = list(policy.acls).map(record).map((acl): Three => {
    const protocol = text(acl.proto) ?? 'tcp';
    if (!['tcp', '6', ''].includes(protocol) || !covers(policy, list(acl.src), source)) return false;
    const met = list(acl.dst).some((one) => {
      const [, host, ports] = /^(.*):([^:]*)$/.exec(String(one)) ?? [];
      return host !== undefined && covers(policy, [host], destination) && ports!.split(',').some((range) => inRange(range, port));
    });
    return met ? (list(acl.srcPosture).length > 0 ? undefined : true) : false;
  });
  return any([...grants, ...acls]);
}

/** Whether a list of selectors holds another one: itself, everybody, or the groups that it stands for. */
function covers(policy: Readonly<Record<string, Fields>>, selectors: readonly Fields[], wanted: string): boolean {
  const all = selectors.map(String);
  if (all.includes('*') || all.includes(wanted)) return true;
  if (wanted.startsWith('group:') || wanted.includes('@')) {
    if (all.includes('autogroup:member')) return true;
    const members = wanted.startsWith('group:') ? list(record(policy.groups)[wanted]).map(String) : [wanted];
    return members.length > 0 && members.every((member) => all.includes(member) || all.some((selector) => list(record(policy.groups)[selector]).includes(member)));
  }
  return wanted.startsWith('tag:') && all.includes('autogroup:tagged');
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
