// Lets the API server of each cluster's targets read documents: the release of its Kubernetes line, with the definitions of all its other lines installed.
import { existsSync } from 'node:fs';
import type { ResolvedTargets, Targets } from '../../../../src/core/targets';
import { resolveTargets } from '../../../../src/core/targets';
import { goBinary } from '../../cache';
import type { DefinitionSource } from './crds';
import { Definitions, definitionsFolder } from './crds';
import type { Json, RawDocument } from './documents';
import { SchemaDefinitions } from './from-schemas';
import { ETCD, apiServer } from './programs';
import type { Answer } from './server';
import { ApiServer, eachOf } from './server';

/** The release that speaks for each line of Kubernetes. */
export const RELEASES: Readonly<Record<string, string>> = { '1.32': '1.32.13', '1.35': '1.35.4' };

/** A document with the versions of the cluster that it is for. */
export interface AddressedDocument extends RawDocument {
  readonly targets?: Targets | undefined;
}

export interface Judgement {
  readonly document: AddressedDocument;
  /** Of the server that answered. */
  readonly release: string;
  readonly answer: Answer;
}

/** Where the definitions come from: upstream's own files, or the committed schemas. */
export const definitionsFrom = (): string => (definitionsFolder() === undefined ? 'definitions rebuilt from the committed schemas' : "upstream's definitions");

/** Why no server can be asked, or undefined. */
export function missing(): string | undefined {
  const absent = [ETCD, ...Object.values(RELEASES).map(apiServer)].filter((program) => !existsSync(goBinary(program)));
  if (absent.length > 0) return `not built: ${absent.map((program) => `${program.name} ${program.version.slice(1)}`).join(', ')}`;
  return undefined;
}

interface Cluster {
  readonly server: ApiServer;
  readonly definitions: DefinitionSource;
}

// Each takes about a gigabyte with everything installed.
const KEPT = 2;
const clusters: Map<string, Promise<Cluster>> = new Map();

async function clusterOf(targets: ResolvedTargets): Promise<Cluster> {
  const key = JSON.stringify(targets);
  let cluster = clusters.get(key);
  if (!cluster) {
    for (const [other, started] of [...clusters].slice(0, Math.max(0, clusters.size - KEPT + 1))) {
      clusters.delete(other);
      (await started).server.kill();
    }
    const release = RELEASES[targets.kubernetes];
    if (release === undefined) throw new Error(`no release of kube-apiserver is named for Kubernetes ${targets.kubernetes}`);
    const folder = definitionsFolder();
    cluster = ApiServer.start(release).then((server) => ({ server, definitions: folder === undefined ? new SchemaDefinitions(targets) : new Definitions(folder, targets) }));
    clusters.set(key, cluster);
  }
  return cluster;
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');

/**
 * What the servers say to documents, in their order. Servers that were started stay for the next call, until this program ends.
 *
 * @param stored creates them for real: a dry run never reaches the store, and allocates nothing
 */
export async function judge(documents: readonly AddressedDocument[], stored: boolean = false): Promise<Judgement[]> {
  const byTargets = new Map<string, { targets: ResolvedTargets; positions: number[] }>();
  documents.forEach((document, position) => {
    const targets = resolveTargets(document.targets);
    const key = JSON.stringify(targets);
    if (!byTargets.has(key)) byTargets.set(key, { targets, positions: [] });
    byTargets.get(key)!.positions.push(position);
  });
  const out: Judgement[] = new Array<Judgement>(documents.length);
  for (const { targets, positions } of byTargets.values()) {
    const { server, definitions } = await clusterOf(targets);
    const groups = new Set(positions.map((position) => groupOf(documents[position]!.apiVersion)));
    await server.install([...groups].filter((group) => definitions.has(group)).flatMap((group) => definitions.group(group)));
    await server.makeNamespaces(positions.flatMap((position) => namespacesOf(documents[position]!)));
    await server.keep(positions.map((position) => documents[position]!).filter(({ kind }) => KEPT_KINDS.has(kind)));
    // Two connections saturate it.
    await eachOf(positions, 2, async (position) => {
      out[position] = { document: documents[position]!, release: server.version, answer: await (stored ? server.create(documents[position]!, '') : server.create(documents[position]!)) };
    });
  }
  return out;
}

/** A document that is there, and what is to stand in its place. */
export interface Replacement {
  readonly document: AddressedDocument;
  readonly others: readonly Json[];
}

/** What the servers say to updates; undefined where the document itself cannot be created. */
export async function judgeReplacements(replacements: readonly Replacement[]): Promise<(readonly Answer[] | undefined)[]> {
  // Creates nothing, and installs what the documents need.
  await judge(replacements.map(({ document }) => document));
  const out: (readonly Answer[] | undefined)[] = [];
  // One after the other: documents of one name take turns.
  for (const { document, others } of replacements) {
    const { server, definitions } = await clusterOf(resolveTargets(document.targets));
    await server.install(definitions.has(groupOf(document.apiVersion)) ? definitions.group(groupOf(document.apiVersion)) : []);
    await server.makeNamespaces(namespacesOf(document));
    out.push(await server.replace(document, others));
  }
  return out;
}

/** Kinds that admission looks up when other documents name them. */
const KEPT_KINDS: ReadonlySet<string> = new Set(['PriorityClass', 'RuntimeClass']);

function namespacesOf({ kind, name, namespace }: RawDocument): string[] {
  return [namespace, kind === 'Namespace' ? name : undefined].filter((one) => one !== undefined && one !== '') as string[];
}
