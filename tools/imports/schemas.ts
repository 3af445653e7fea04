// Stage 1: CustomResourceDefinitions and OpenAPI documents to `imports/schemas/*.json` and `imports/crds.lock.json`.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as yaml from 'js-yaml';
import { readOpenApi } from './builtins';
import { readCrd } from './crd';
import type { Kind } from './crd';
import { compareApiVersions, compareLines, compareReleases, releaseOf, systemOf } from './lines';
import type { SchemaNode } from './node';
import { Pool } from './pool';

/** `imports/schemas/index.json`. */
export interface SchemaIndex {
  readonly format: 1;
  /** Per system the releases that are here, oldest first. */
  readonly lines: Record<string, string[]>;
  readonly groups: Record<string, { file: string; kinds: Record<string, IndexedKind> }>;
}

export interface IndexedKind {
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly versions: Record<string, IndexedVersion>;
}

export interface IndexedVersion {
  /** The lines that serve this version, by system, oldest first. */
  readonly lines: string[];
  /** The lines whose CRD carries this version without serving it. */
  readonly unserved?: string[];
  readonly served: boolean;
  /** The newest line that serves it calls it deprecated. */
  readonly deprecated?: true;
  /** All lines that call it deprecated. */
  readonly deprecatedIn?: string[];
}

/** `imports/schemas/<group>.json`. */
export interface GroupSchemas {
  readonly format: 1;
  readonly group: string;
  readonly kinds: Record<string, Record<string, Record<string, { schema: string; status: boolean }>>>;
  readonly nodes: Record<string, SchemaNode>;
}

interface Upstream {
  readonly repo: string;
  readonly tag?: string;
  /** The commit that the tag means; where the file came as part of a Go module, the module's version instead. */
  readonly commit?: string;
  readonly module?: string;
  readonly path: string;
  /** Of the upstream file, as published. */
  readonly sha256?: string;
}

/** One document that the schemas were made from. */
export interface LockEntry {
  readonly line: string;
  readonly name: string;
  readonly upstream: Upstream;
  /** sha256 of our normalised schema, per kind and version. */
  readonly schemas: Record<string, string>;
}

/** What stage 1 writes: texts by path below `imports/`. */
export type Files = Map<string, string>;

interface Source {
  readonly line: string;
  readonly name: string;
  readonly upstream: Upstream;
  readonly kinds: readonly Kind[];
  readonly recursive: Readonly<Record<string, SchemaNode>>;
}

const OPENAPI_SOURCE = { repo: 'kubernetes-sigs/kubectl-validate', commit: 'a97ccfaca20b164819afdae780392496f6ed6bbd', folder: 'pkg/openapiclient/builtins' };
const CHANNELS: ReadonlySet<string | undefined> = new Set(['standard', 'experimental']);

/**
 * Reads `crds/` (with its `sources.json`) and `openapi/` below `directory` and makes all schema files.
 * @throws when a document holds something that the generator does not know.
 */
export function generateSchemas(directory: string): Files {
  const sources = [...readCrds(path.join(directory, 'crds')), ...readOpenApis(path.join(directory, 'openapi'))];
  sources.sort((a, b) => compareLines(a.line, b.line) || (a.name < b.name ? -1 : 1));
  return render(sources);
}

function readCrds(directory: string): Source[] {
  if (!fs.existsSync(directory)) return [];
  const listed = JSON.parse(fs.readFileSync(path.join(directory, 'sources.json'), 'utf8')) as { system: string; version: string; set?: string; crd: string; upstream: Upstream }[];
  return listed.map(({ system, version, set, crd, upstream }) => {
    const file = path.join(directory, system, version, set ?? '', `${crd}.yaml`);
    // The core schema: a timestamp or a `yes` stays the string that it is.
    const document = yaml.load(fs.readFileSync(file, 'utf8'), { schema: yaml.CORE_SCHEMA }) as Record<string, unknown>;
    const { repo, tag, commit, module, path: where, sha256 } = upstream;
    return {
      line: `${system}@${version}${CHANNELS.has(set) ? `/${set}` : ''}`,
      name: crd,
      upstream: { repo, ...(tag ? { tag } : {}), ...(commit ? { commit } : {}), ...(module ? { module } : {}), path: where, sha256: sha256! },
      kinds: [readCrd(document)],
      recursive: {},
    };
  });
}

function readOpenApis(directory: string): Source[] {
  if (!fs.existsSync(directory)) return [];
  const sources: Source[] = [];
  for (const release of fs.readdirSync(directory).filter((name) => /^\d/.test(name)).sort(compareReleases)) {
    const root = path.join(directory, release);
    const documents = (fs.readdirSync(root, { recursive: true }) as string[]).filter((name) => name.endsWith('.json')).map((name) => name.split(path.sep).join('/')).sort();
    for (const name of documents) {
      const [, group, version] = /^(?:api|apis\/([^/]+))\/([^/]+)\.json$/.exec(name) ?? [];
      if (version === undefined) throw new Error(`${release}/${name} is not api/<version>.json or apis/<group>/<version>.json`);
      const { kinds, recursive } = readOpenApi(JSON.parse(fs.readFileSync(path.join(root, name), 'utf8')) as Record<string, unknown>, group ?? '', version);
      sources.push({
        line: `kubernetes@${release}`, name, kinds, recursive,
        upstream: { repo: OPENAPI_SOURCE.repo, commit: OPENAPI_SOURCE.commit, path: `${OPENAPI_SOURCE.folder}/${release}/${name}` },
      });
    }
  }
  return sources;
}

function render(sources: readonly Source[]): Files {
  const files: Files = new Map();
  const pools = new Map<string, Pool>();
  const lock: LockEntry[] = [];
  const placed: { source: Source; kind: Kind; version: Kind['versions'][number]; digest: string }[] = [];
  for (const source of sources) {
    const schemas: Record<string, string> = {};
    for (const kind of source.kinds) {
      let pool = pools.get(kind.group);
      if (!pool) pools.set(kind.group, pool = new Pool());
      pool.addRecursive(source.recursive);
      for (const version of kind.versions) {
        const digest = pool.addRoot(version.schema);
        schemas[`${kind.kind}/${version.version}`] = digest;
        placed.push({ source, kind, version, digest });
      }
    }
    lock.push({ line: source.line, name: source.name, upstream: source.upstream, schemas: sorted(schemas) });
  }

  const index: SchemaIndex = { format: 1, lines: {}, groups: {} };
  for (const line of [...new Set(sources.map((source) => source.line))].sort(compareLines)) (index.lines[systemOf(line)] ??= []).push(releaseOf(line));
  for (const group of [...pools.keys()].sort()) {
    const pool = pools.get(group)!;
    const label = group || 'core';
    const kinds: GroupSchemas['kinds'] = {};
    const indexed: Record<string, IndexedKind> = {};
    const ours = placed.filter((entry) => entry.kind.group === group);
    for (const name of [...new Set(ours.map((entry) => entry.kind.kind))].sort()) {
      const entries = ours.filter((entry) => entry.kind.kind === name);
      const { plural, scope } = entries[0]!.kind;
      if (entries.some((entry) => entry.kind.plural !== plural || entry.kind.scope !== scope)) throw new Error(`${name}.${group}: lines disagree about plural or scope`);
      const versions: Record<string, IndexedVersion> = {};
      kinds[name] = {};
      for (const version of [...new Set(entries.map((entry) => entry.version.version))].sort((a, b) => compareApiVersions(b, a))) {
        const here = entries.filter((entry) => entry.version.version === version);
        const served = here.filter((entry) => entry.version.served);
        const deprecated = here.filter((entry) => entry.version.deprecated);
        const lines = (some: typeof here): string[] => some.map((entry) => entry.source.line);
        versions[version] = {
          lines: lines(served),
          ...(served.length < here.length ? { unserved: lines(here.filter((entry) => !entry.version.served)) } : {}),
          served: served.length > 0,
          ...(served.at(-1)?.version.deprecated ? { deprecated: true } : {}),
          ...(deprecated.length ? { deprecatedIn: lines(deprecated) } : {}),
        };
        kinds[name][version] = Object.fromEntries(here.map((entry) => [entry.source.line, { schema: pool.idOf(entry.digest), status: entry.version.status }]));
      }
      indexed[name] = { plural, scope, versions };
    }
    index.groups[label] = { file: `${label}.json`, kinds: indexed };
    files.set(`schemas/${label}.json`, groupText({ format: 1, group, kinds, nodes: pool.render() }));
  }
  files.set('schemas/index.json', indexText(index));
  files.set('crds.lock.json', `${JSON.stringify({ format: 1 }).slice(0, -1)},"documents":[\n${lock.map((entry) => JSON.stringify(entry)).join(',\n')}\n]}\n`);
  return files;
}

// One line per kind and per node: small to read, and a change of one node is a change of one line.
function groupText(group: GroupSchemas): string {
  return `{"format":1,"group":${JSON.stringify(group.group)},"kinds":{\n${entryLines(group.kinds)}\n},"nodes":{\n${entryLines(group.nodes)}\n}}\n`;
}

function indexText(index: SchemaIndex): string {
  const groups = Object.entries(index.groups).map(([name, { file, kinds }]) => `${JSON.stringify(name)}:{"file":${JSON.stringify(file)},"kinds":{\n${entryLines(kinds)}\n}}`);
  return `{"format":1,"lines":{\n${entryLines(index.lines)}\n},"groups":{\n${groups.join(',\n')}\n}}\n`;
}

function entryLines(map: Record<string, unknown>): string {
  return Object.entries(map).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',\n');
}

function sorted<T>(map: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.keys(map).sort().map((key) => [key, map[key]!]));
}

