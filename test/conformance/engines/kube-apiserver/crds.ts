// The CustomResourceDefinitions of the version lines, as they lie in a folder outside the tree: <system>/<version>[/<channel or group>]/<plural>.<group>.yaml.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ResolvedTargets, System } from '../../../../src/core/targets';
import { KNOWN_LINES, systemName } from '../../../../src/core/targets';

/** One definition, with what must be known to install it and to wait for it. */
export interface Definition {
  /** `httproutes.gateway.networking.k8s.io` */
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly served: readonly string[];
  /** The file as it lies there. */
  readonly text: string;
}

/** The folder of definitions: `--crds=DIR` or NETSTACK_CRDS, either of which may also name the folder above `crds`. */
export function definitionsFolder(args: readonly string[] = process.argv): string | undefined {
  const given = args.find((arg) => arg.startsWith('--crds='))?.slice('--crds='.length) ?? process.env.NETSTACK_CRDS;
  if (!given) return undefined;
  return [join(given, 'crds'), given].find((folder) => existsSync(join(folder, 'gateway-api')));
}

/** What a cluster has installed, by group. */
export interface DefinitionSource {
  /** Whether a custom resource's group is among these. */
  has(group: string): boolean;
  /** All definitions of a group. A group is installed as a whole: its kinds come in the same documents. */
  group(group: string): Definition[];
  readonly groups: readonly string[];
}

/** Files of definitions as upstream publishes them. */
export class Definitions implements DefinitionSource {
  private readonly paths: Map<string, string[]> = new Map();

  constructor(folder: string, targets: ResolvedTargets) {
    const names = new Set<string>();
    for (const system of Object.keys(KNOWN_LINES) as System[]) {
      for (const line of linesOf(system, targets)) {
        const below = join(folder, systemName(system), line, ...(system === 'gatewayApi' ? [targets.gatewayApiChannel] : []));
        if (!existsSync(below)) continue;
        for (const file of (readdirSync(below, { recursive: true }) as string[]).filter((name) => name.endsWith('.yaml')).sort()) {
          const name = basename(file, '.yaml');
          // AdminNetworkPolicy is brought by Calico and by its own project alike.
          if (names.has(name)) continue;
          names.add(name);
          const group = name.slice(name.indexOf('.') + 1);
          this.paths.set(group, [...this.paths.get(group) ?? [], join(below, file)]);
        }
      }
    }
  }

  has(group: string): boolean {
    return this.paths.has(group);
  }

  group(group: string): Definition[] {
    return (this.paths.get(group) ?? []).map(readDefinition);
  }

  get groups(): readonly string[] {
    return [...this.paths.keys()];
  }
}

function linesOf(system: System, targets: ResolvedTargets): readonly string[] {
  if (system === 'kubernetes') return [];
  // Calico before 3.30 serves projectcalico.org/v3 by an aggregated server, not by definitions; those of the newer line stand in.
  if (system === 'calico') return [targets.calico, ...KNOWN_LINES.calico.filter((line) => line !== targets.calico)];
  return [targets[system]];
}

function readDefinition(path: string): Definition {
  const text = readFileSync(path, 'utf8');
  const name = basename(path, '.yaml');
  const kind = /^ {4}kind: (\S+)$/m.exec(text)?.[1];
  const scope = /^ {2}scope: (\S+)$/m.exec(text)?.[1];
  if (kind === undefined || scope === undefined) throw new Error(`${path} is no CustomResourceDefinition as it is expected here: spec.names.kind or spec.scope is not found`);
  // Names and served flags of spec.versions stand in one order, at one indentation.
  const fields = [...text.matchAll(/^(?: {4}- | {6})(name|served): (\S+)$/gm)];
  const names = fields.filter((field) => field[1] === 'name').map((field) => field[2]!);
  const served = fields.filter((field) => field[1] === 'served').map((field) => field[2] === 'true');
  return {
    name, group: name.slice(name.indexOf('.') + 1), kind, plural: name.slice(0, name.indexOf('.')), namespaced: scope === 'Namespaced', served: names.filter((_, i) => served[i]), text,
  };
}
