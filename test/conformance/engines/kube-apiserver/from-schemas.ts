// Definitions rebuilt from the committed schemas, for machines where no folder of upstream definitions is given. They say what our schemas say: they judge how documents are held
// against schemas, and not whether the schemas are upstream's: `npx projen imports -- --check --from DIR` does that.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CelRule, NodeOrId, SchemaGroup, SchemaIndex, SchemaNode } from '../../../../src/analysis/schema/node';
import { isTargeted, parseLine } from '../../../../src/analysis/targets/lines';
import type { ResolvedTargets } from '../../../../src/core/targets';
import { KNOWN_LINES } from '../../../../src/core/targets';
import type { Definition, DefinitionSource } from './crds';

const SCHEMAS = join(__dirname, '../../../../imports/schemas');

const EXTENSIONS: Readonly<Record<string, string>> = {
  intOrString: 'x-kubernetes-int-or-string', preserve: 'x-kubernetes-preserve-unknown-fields', embedded: 'x-kubernetes-embedded-resource',
  listType: 'x-kubernetes-list-type', listMapKeys: 'x-kubernetes-list-map-keys', mapType: 'x-kubernetes-map-type',
};

export class SchemaDefinitions implements DefinitionSource {
  private readonly index: SchemaIndex = read<SchemaIndex>('index.json');
  private readonly targets: ResolvedTargets;
  private readonly known: Map<string, Definition[]> = new Map();

  constructor(targets: ResolvedTargets) {
    this.targets = targets;
  }

  get groups(): readonly string[] {
    return Object.keys(this.index.groups).filter((group) => this.group(group).length > 0);
  }

  has(group: string): boolean {
    return this.group(group).length > 0;
  }

  group(group: string): Definition[] {
    let definitions = this.known.get(group);
    if (!definitions) this.known.set(group, (definitions = Object.hasOwn(this.index.groups, group) ? this.build(group) : []));
    return definitions;
  }

  private build(group: string): Definition[] {
    const file = read<SchemaGroup>(this.index.groups[group]!.file);
    return Object.entries(this.index.groups[group]!.kinds).flatMap(([kind, { plural, scope, versions }]): Definition[] => {
      const served = Object.entries(versions).flatMap(([version, { lines }]) => {
        const line = lines.find((one) => this.isInstalled(one));
        return line === undefined ? [] : [{ version, line: file.kinds[kind]![version]![line]! }];
      });
      if (served.length === 0) return [];
      const name = `${plural}.${group}`;
      const definition = {
        apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition',
        metadata: { name, ...(/(?:^|\.)k(?:8s|ubernetes)\.io$/.test(group) ? { annotations: { 'api-approved.kubernetes.io': 'unapproved, rebuilt for a test' } } : {}) },
        spec: {
          group, scope, names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
          versions: served.map(({ version, line }, i) => ({
            name: version, served: true, storage: i === 0, ...(line.status ? { subresources: { status: {} } } : {}),
            schema: { openAPIV3Schema: rootOf(expand(line.schema, file), line.status) },
          })),
        },
      };
      return [{ name, group, kind, plural, namespaced: scope === 'Namespaced', served: served.map(({ version }) => version), text: JSON.stringify(definition) }];
    });
  }

  private isInstalled(line: string): boolean {
    const { system, version } = parseLine(line);
    if (system === 'kubernetes') return false;
    // Calico before 3.30 serves its kinds by an aggregated server; those of the newer line stand in.
    if (system === 'calico' && version === KNOWN_LINES.calico.at(-1)) return true;
    return isTargeted(line, this.targets);
  }
}

type Json = Record<string, unknown>;

/** What every object has, and `status`, which the schemas leave out where the server drops it. */
function rootOf(root: Json, status: boolean): Json {
  const kept = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    ...root, type: 'object',
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, ...(status ? { status: kept } : {}), ...(root.properties as Json | undefined) },
  };
}

/** A node as definitions write it. */
export function expand(nodeOrId: NodeOrId, file: SchemaGroup): Json {
  const node = (typeof nodeOrId === 'string' ? file.nodes[nodeOrId]! : nodeOrId) as SchemaNode & Json;
  const out: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'title' || key === 're2') continue;
    if (EXTENSIONS[key] !== undefined) out[EXTENSIONS[key]] = value;
    else if (key === 'cel') out['x-kubernetes-validations'] = (value as CelRule[]).map((rule) => ({ message: 'does not hold', ...rule })); // a rule of several lines has to have one
    else if (key === 'properties') out.properties = Object.fromEntries(Object.entries(value as Json).map(([name, child]) => [name, expand(child as NodeOrId, file)]));
    else if (key === 'items' || key === 'not') out[key] = expand(value as NodeOrId, file);
    else if (key === 'additionalProperties') out[key] = typeof value === 'boolean' ? value : expand(value as NodeOrId, file);
    else if (key === 'allOf' || key === 'anyOf' || key === 'oneOf') out[key] = (value as NodeOrId[]).map((child) => expand(child, file));
    else out[key] = value;
  }
  return out;
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(SCHEMAS, file), 'utf8')) as T;
}
