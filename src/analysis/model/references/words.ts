// What is said of a reference to nothing: the sentence, and the one step that mends it, with the name that was likely meant.
import { suggest } from '../../schema/suggest';
import type { ClusterModel } from '../cluster-model';
import { beside } from './beside';
import { INSTALLED } from './built-in';
import type { Link } from './link';
import { kindName } from './links';

export interface Words {
  readonly message: string;
  readonly fix: string;
}

/** The sentence of a reference whose object is not there. */
export function missingWords(cluster: ClusterModel, link: Link): Words {
  const kind = kindName(link.kind);
  if (link.host) return hostWords(cluster, link);
  const what = `${kind} ${link.name}`;
  const near = nearName(cluster, link);
  if (link.namespace === undefined) {
    return { message: `There is no ${what} in any namespace${near === undefined ? '' : `; did you mean ${near}?`}`, fix: near === undefined ? `add ${what}, or correct its name` : `name ${kind} ${near}` };
  }
  if (link.namespace === '') {
    return { message: `There is no ${what}${near === undefined ? '' : `; did you mean ${near}?`}`, fix: near === undefined ? `add ${what}, or correct its name` : `name ${kind} ${near}` };
  }
  if (cluster.namespace(link.namespace) === undefined) {
    const meant = suggest(link.namespace, cluster.namespaces.map(({ name }) => name));
    return {
      message: `There is no ${what} in namespace ${link.namespace}, which no document knows${meant === undefined ? '' : `; did you mean namespace ${meant}?`}`,
      fix: meant === undefined ? `add ${what} to namespace ${link.namespace}, or correct the reference` : `name namespace ${meant}`,
    };
  }
  if (near !== undefined) return { message: `There is no ${what} in namespace ${link.namespace}; did you mean ${near}?`, fix: `name ${kind} ${near}` };
  const elsewhere = cluster.derive(namesOf).homes.get(`${link.kind}/${link.name}`);
  if (elsewhere !== undefined && elsewhere !== '') {
    return {
      message: `There is no ${what} in namespace ${link.namespace}; there is one in namespace ${elsewhere}`,
      fix: link.field.namespace === undefined ? `add ${what} to namespace ${link.namespace}, or move what refers to it to namespace ${elsewhere}` : `say ${link.field.namespace}: ${elsewhere}`,
    };
  }
  return { message: `There is no ${what} in namespace ${link.namespace}`, fix: `add ${what} to namespace ${link.namespace}, or correct its name` };
}

function hostWords(cluster: ClusterModel, link: Link): Words {
  const meant = link.host?.meant;
  if (!meant) return { message: `Host ${link.name} is neither a Service nor a host of a ServiceEntry`, fix: `add a ServiceEntry for ${link.name}, or correct the host` };
  const near = nearest(cluster, `/Service/${meant.namespace}`, meant.name);
  const where = `Host ${link.name} is no host of a ServiceEntry, and there is no Service ${meant.name} in namespace ${meant.namespace}`;
  if (near !== undefined) return { message: `${where}; did you mean ${near}?`, fix: `name Service ${near}` };
  const elsewhere = cluster.derive(namesOf).homes.get(`/Service/${meant.name}`);
  if (elsewhere !== undefined && elsewhere !== '') {
    return { message: `${where}; there is one in namespace ${elsewhere}`, fix: `name the host ${meant.name}.${elsewhere}.svc.${cluster.facts.clusterDomain}` };
  }
  return { message: where, fix: `add Service ${meant.name} to namespace ${meant.namespace}, or correct the host` };
}

/** The name of an object of the same kind and namespace that was likely meant. */
export function nearName(cluster: ClusterModel, link: Link): string | undefined {
  return nearest(cluster, link.namespace === undefined ? link.kind : `${link.kind}/${link.namespace}`, link.name);
}

/**
 * The name that a class or role of an installation was likely meant to be: one letter aside of one in the documents, and no digit of it, for `gp2` and `gp3` are two classes.
 * Undefined where the name may be right.
 */
export function misspelt(cluster: ClusterModel, link: Link): string | undefined {
  if (link.target || !INSTALLED.has(link.kind) || link.name.length < 5) return undefined;
  const slash = link.kind.indexOf('/');
  if (cluster.open || cluster.isExternal(link.kind.slice(0, slash), link.kind.slice(slash + 1), link.namespace ?? '', link.name)) return undefined;
  if (link.kind === '/Namespace' && (cluster.namespace(link.name) !== undefined || cluster.derive(beside).isOpen(link.name))) return undefined;
  const near = nearName(cluster, link);
  if (near === undefined || Math.abs(near.length - link.name.length) > 1) return undefined;
  const letters = (name: string): string => name.replace(/\d/g, '');
  return letters(near) !== letters(link.name) && oneEdit(near, link.name) ? near : undefined;
}

function oneEdit(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return Math.max(left.length, right.length) <= 1 || (left.length === 2 && left === [...right].reverse().join(''));
}

/** Names that missing ones are compared with, all in all; what comes later is said without a suggestion. */
const MOST_COMPARISONS = 50_000;

interface Names {
  /** By kind, and by kind and namespace. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** The first namespace that has a name, by kind and name. */
  readonly homes: ReadonlyMap<string, string>;
  readonly answers: Map<string, string | undefined>;
  comparisons: number;
}

function nearest(cluster: ClusterModel, home: string, name: string): string | undefined {
  const known = cluster.derive(namesOf);
  const key = `${home}\n${name}`;
  if (!known.answers.has(key)) {
    const names = known.names.get(home) ?? [];
    known.comparisons += names.length;
    known.answers.set(key, known.comparisons > MOST_COMPARISONS ? undefined : suggest(name, names));
  }
  return known.answers.get(key);
}

function namesOf(cluster: ClusterModel): Names {
  const names = new Map<string, string[]>();
  const homes = new Map<string, string>();
  const add = (key: string, name: string): void => {
    const known = names.get(key);
    if (known) known.push(name);
    else names.set(key, [name]);
  };
  for (const entry of cluster.entries) {
    const kind = `${entry.group}/${entry.kind}`;
    add(kind, entry.name);
    add(`${kind}/${entry.namespace}`, entry.name);
    if (!homes.has(`${kind}/${entry.name}`)) homes.set(`${kind}/${entry.name}`, entry.namespace);
  }
  for (const [namespace, secrets] of cluster.derive(beside).madeSecrets) for (const secret of secrets) add(`/Secret/${namespace}`, secret);
  return { names, homes, answers: new Map(), comparisons: 0 };
}
