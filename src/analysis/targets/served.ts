// NS0017: says why the target does not serve an apiVersion and kind, and which one it does.
import { shorten } from '../../core/errors';
import type { ResolvedTargets, System } from '../../core/targets';
import type { DefinedKind } from '../crds/definition';
import type { FieldPath } from '../documents/document';
import type { IndexedKind } from '../schema/node';
import type { SchemaStore } from '../schema/store';
import { suggest } from '../schema/suggest';
import { COMPLETE_GROUPS, FORMER_KINDS, KIND_LIVES, REQUESTS } from './former-kinds';
import { isServedWithoutSchema, lifeOf } from './kubernetes-apis';
import type { Line } from './lines';
import { isNewer, isTargeted, parseLine, productName, targetName, targetWords } from './lines';

/** Why an object of this apiVersion and kind would be refused whatever stands in it. */
export interface Unserved {
  readonly path: FieldPath;
  readonly message: string;
  readonly fix: string;
  /** The version of the same kind that the target serves, best first. */
  readonly instead?: string;
}

/** What is asked about. */
export interface Asked {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/**
 * Why the targets do not serve a kind that `store.find` has no schema for.
 *
 * @returns undefined when nothing is known of it
 */
export function explainUnserved(store: SchemaStore, { group, version, kind }: Asked, targets: ResolvedTargets): Unserved | undefined {
  const defined = store.defined(group, kind);
  if (defined) return notServedByDefinition(defined, version);
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const malformed = explainMalformed(store, { group, version, kind });
  if (malformed) return malformed;
  const name = `${kind} of ${apiVersion}`;
  const life = lifeOf(apiVersion, kind);
  if (life?.removed !== undefined) {
    if (isNewer(life.removed, targets.kubernetes)) return undefined;
    const mend = life.fix ?? `write apiVersion: ${life.use}`;
    return { path: API_VERSION, message: `Kubernetes ${targets.kubernetes} does not serve ${name}: it was removed in Kubernetes ${life.removed}`, fix: mend, ...versionOf(life.use, group) };
  }
  const former = FORMER_KINDS[`${group}/${kind}`] ?? FORMER_KINDS[`${group}/*`];
  if (former) return { path: API_VERSION, message: `${former.system} does not serve ${name}: ${former.gone}`, fix: former.fix };
  const indexed = store.kind(group, kind);
  if (!indexed) return unknownKind(store, { group, version, kind }, targets);
  return notServed(indexed, { group, version, kind }, targets);
}

const API_VERSION: FieldPath = ['apiVersion'];

function notServedByDefinition({ group, kind, source, versions }: DefinedKind, version: string): Unserved {
  const instead = versions.find(({ served, deprecated }) => served && !deprecated)?.version ?? versions.find(({ served }) => served)?.version;
  const has = versions.some((one) => one.version === version);
  return {
    path: API_VERSION,
    message: `The definition of ${kind} in ${source} ${has ? `has ${group}/${version}, and does not serve it` : `has no version ${version}`}`,
    fix: instead === undefined ? 'write served: true at a version of the definition' : `write apiVersion: ${group}/${instead}`,
    ...(instead === undefined ? {} : { instead }),
  };
}

/** Texts that are no group and version at all. */
function explainMalformed(store: SchemaStore, { group, version, kind }: Asked): Unserved | undefined {
  const found = (message: string, fix: string): Unserved => ({ path: API_VERSION, message, fix });
  if (group === 'core') return found('The core group has no name in an apiVersion', `write apiVersion: ${version}`);
  if (version === '' || version.includes('/')) return found(`${shorten(`${group}/${version}`)} is no group and version`, 'write one of each, such as apps/v1');
  if (group !== '' || !version.includes('.')) return undefined;
  const known = Object.keys(store.kind(version, kind)?.versions ?? {})[0];
  return found(`${shorten(version)} is a group, and no version stands behind it`, `write apiVersion: ${version}/${known ?? 'v1'}`);
}

function versionOf(use: string | undefined, group: string): { readonly instead?: string } {
  return use?.startsWith(`${group}/`) === true && !use.includes(' ') ? { instead: use.slice(group.length + 1) } : {};
}

function unknownKind(store: SchemaStore, { group, version, kind }: Asked, targets: ResolvedTargets): Unserved | undefined {
  if (!COMPLETE_GROUPS.has(group) || REQUESTS.has(kind)) return undefined;
  const kinds = store.kinds(group);
  const system = systemsOf(Object.values(store.index.groups[group === '' ? 'core' : group]!.kinds)[0]!)[0]!;
  const meant = suggest(kind, kinds);
  return {
    path: ['kind'],
    message: `There is no kind ${kind} in ${group === '' ? version : group} of ${productName(system)} ${targets[system]}`,
    fix: meant === undefined ? `write one of ${kinds.slice(0, 8).join(', ')}${kinds.length > 8 ? ', …' : ''}` : `did you mean ${meant}?`,
  };
}

function notServed(indexed: IndexedKind, { group, version, kind }: Asked, targets: ResolvedTargets): Unserved | undefined {
  const apiVersion = group === '' ? version : `${group}/${version}`;
  if (isServedWithoutSchema(apiVersion, kind)) return undefined;
  const systems = systemsOf(indexed);
  const target = systems.map((system) => targetName(system, targets)).join(' and ');
  const subject = `${target.charAt(0).toUpperCase()}${target.slice(1)} ${systems.length > 1 ? 'do' : 'does'} not serve ${kind} of ${apiVersion}`;
  const instead = servedVersions(indexed, targets)[0];
  const lines = (Object.hasOwn(indexed.versions, version) ? indexed.versions[version]!.lines : []).map(parseLine);
  const life = KIND_LIVES[`${apiVersion} ${kind}`] ?? {};
  const write = instead === undefined ? life.fix : `write apiVersion: ${group === '' ? instead : `${group}/${instead}`}`;
  const found = (message: string, fallback: string): Unserved => ({
    path: API_VERSION, message: `${subject}${message}`, fix: write ?? fallback, ...(instead === undefined ? {} : { instead }),
  });

  if (lines.length === 0) return found(', nor does another release that is known', 'remove it');
  const sameRelease = lines.find((line) => line.version === targets[line.system]);
  if (sameRelease) return found(', the experimental channel does', `leave it out, or target ${targetWords(sameRelease)} where the experimental definitions are installed`);
  const history = historyOf(lines, life, targets);
  return found(`: ${history.words}`, `${history.gone ? 'remove it' : 'leave it out'}, or target ${targetWords(history.line)} if that is what runs`);
}

/** When a version, or a field, was there: in a release before the target, or after it. */
export interface History {
  readonly words: string;
  /** The line to target to have it. */
  readonly line: Line;
  readonly gone: boolean;
}

/** What the lines that have something tell about a target that does not have it. `lines` is not empty, oldest first. */
export function historyOf(lines: readonly Line[], life: { readonly since?: string; readonly until?: string }, targets: ResolvedTargets, served: string = 'served'): History {
  const newer = lines.filter((line) => isNewer(line.version, targets[line.system]));
  const later = newer.find((line) => line.channel === undefined || line.channel === targets.gatewayApiChannel) ?? newer[0];
  const channel = (line: Line): string => (line.channel === 'experimental' ? ', in the experimental channel' : '');
  if (later) {
    const since = life.since === undefined ? `${later.version} or an earlier release` : life.since;
    return { words: `it is ${served} since ${productName(later.system)} ${since}${channel(later)}`, line: later, gone: false };
  }
  const last = lines[lines.length - 1]!;
  const until = life.until === undefined ? `${last.version} or a later release` : life.until;
  return { words: `it was ${served} until ${productName(last.system)} ${until}${channel(last)}`, line: last, gone: true };
}

/** The versions of a kind that the targets serve, best first: as the index has them, which is Kubernetes' own order. */
export function servedVersions(indexed: IndexedKind, targets: ResolvedTargets): string[] {
  return Object.entries(indexed.versions)
    .filter(([, { lines }]) => lines.some((line) => isTargeted(line, targets)))
    .sort(([, a], [, b]) => Number(isDeprecated(a, targets)) - Number(isDeprecated(b, targets)))
    .map(([version]) => version);
}

/** Whether the targets' line calls a version deprecated. */
export function isDeprecated({ deprecatedIn = [] }: IndexedKind['versions'][string], targets: ResolvedTargets): boolean {
  return deprecatedIn.some((line) => isTargeted(line, targets));
}

function systemsOf(indexed: IndexedKind): System[] {
  return [...new Set(Object.values(indexed.versions).flatMap(({ lines, unserved = [] }) => [...lines, ...unserved]).map((line) => parseLine(line).system))];
}
