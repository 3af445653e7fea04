// The objects that mutants are made of: a small and a full one of every kind of every line, generated from its schema, and documents written by hand.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Targets } from '../../../src/analysis';
import { parseText } from '../../../src/analysis';
import type { System } from '../../../src/core/targets';
import { KNOWN_LINES, systemName } from '../../../src/core/targets';
import { parse, readCommitted } from '../../../tools/imports/committed';
import { Shapes } from '../../../tools/imports/shape';
import { sample } from '../../imports/sample';
import type { Json } from '../engines/kube-apiserver/documents';
import { rawObject } from '../engines/kube-apiserver/documents';
import type { Judgement } from '../engines/kube-apiserver/judge';
import { judge } from '../engines/kube-apiserver/judge';
import type { Case } from './compare';
import { builtIn } from './kinds';
import type { Path } from './paths';
import { at, GONE, isMap, plain, put } from './paths';

/** Everything at its oldest line, and everything at its newest. */
export const OLD: Targets = Object.fromEntries((Object.keys(KNOWN_LINES) as System[]).map((one) => [one, KNOWN_LINES[one][0]]));
export const NEW: Targets = Object.fromEntries((Object.keys(KNOWN_LINES) as System[]).map((one) => [one, KNOWN_LINES[one].at(-1)]));

/** A small and a full object of every kind of every line. */
export function generatedObjects(): Case[] {
  const schemas = parse(readCommitted());
  const out: Case[] = [];
  for (const [label, group] of schemas.groups) {
    const shapes = new Shapes(group.nodes);
    const indexed = schemas.index.groups[label]!.kinds;
    for (const [kind, versions] of Object.entries(group.kinds)) {
      for (const [version, lines] of Object.entries(versions)) {
        for (const [line, { schema, status }] of Object.entries(lines)) {
          // The server does not serve what its definition switches off.
          if (!indexed[kind]!.versions[version]!.lines.includes(line)) continue;
          const targets = targetsOf(line);
          for (const mode of ['minimal', 'full'] as const) {
            const apiVersion = group.group ? `${group.group}/${version}` : version;
            const metadata = { name: 'a', ...(indexed[kind]!.scope === 'Namespaced' ? { namespace: 'generated' } : {}) };
            const { status: observed, ...declared } = sample(schema, group.nodes, shapes, mode);
            const body = status ? declared : { ...declared, ...(observed === undefined ? {} : { status: observed }) };
            out.push({ name: `${line} ${apiVersion} ${kind} ${mode}`, object: { apiVersion, kind, metadata, ...body }, targets });
          }
        }
      }
    }
  }
  return out;
}

/** A cluster in which a line is installed, beside others of its time: few clusters for all lines. */
function targetsOf(line: string): Targets {
  const [name, version, channel] = /^(.+)@([^/]+)(?:\/(.+))?$/.exec(line)!.slice(1) as [string, string, string | undefined];
  const system = (Object.keys(KNOWN_LINES) as System[]).find((one) => systemName(one) === name)!;
  const lines = KNOWN_LINES[system];
  const all = lines.length > 1 && version === lines[0] ? OLD : NEW;
  return { ...all, ...(system === 'gatewayApi' ? { gatewayApi: { version, channel: channel as 'standard' | 'experimental' } } : { [system]: version }) };
}

const WRITTEN = join(__dirname, 'bases');

/** Documents that both servers take, rich in what their kinds can say; those of a line only stand in a file that begins with the line. */
export function writtenObjects(): Case[] {
  return readdirSync(WRITTEN).sort().flatMap((file) => {
    const { documents, findings } = parseText(readFileSync(join(WRITTEN, file), 'utf8'), file);
    if (findings.length > 0) throw new Error(`${file}: ${findings[0]!.message}`);
    const only = /^\d+\.\d+/.exec(file)?.[0];
    return [OLD, NEW].filter(({ kubernetes }) => only === undefined || kubernetes === only).flatMap((targets) => documents.map(({ object }) => ({
      name: `kubernetes@${String(targets.kubernetes)} ${file} ${object.kind} ${String((object.metadata as Json | undefined)?.name)}`, object: object as Json, targets,
    })));
  });
}

export async function judgeCases(cases: readonly Case[], stored: boolean = false): Promise<Judgement[]> {
  return judge(cases.map(({ name, object, targets }) => ({ ...rawObject(name, object), targets })), stored);
}

const ROUNDS = 16;

/** Takes out of generated objects what the server refuses, so that as many as can be are accepted and still say a lot. */
export async function repaired(cases: readonly Case[]): Promise<Case[]> {
  const out = [...cases];
  let open = out.map((_, i) => i);
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    const judgements = await judgeCases(open.map((i) => out[i]!));
    const refused = open.map((i, n) => ({ i, judgement: judgements[n]! })).filter(({ judgement }) => judgement.answer.status !== 201);
    open = refused.flatMap(({ i, judgement }) => {
      const better = lighter(out[i]!.object, judgement, round);
      if (better === undefined) {
        out[i] = cases[i]!;
        return [];
      }
      out[i] = { ...out[i]!, object: better };
      return [i];
    });
  }
  // What could not be made right stays as it was made.
  for (const i of open) out[i] = cases[i]!;
  return out;
}

/** The object without the field that was refused; of a map that was refused, without one of its fields. */
function lighter(object: Json, { answer }: Judgement, round: number): Json | undefined {
  let made: Json = object;
  for (const { field } of answer.causes.slice(0, 8)) {
    if (field === undefined) continue;
    let path = existing(made, field);
    if (path === undefined || path.length === 0 || path[0] === 'metadata') continue;
    const value = at(made, path);
    if (isMap(value) && Object.keys(value).length > 1 && (round % 4 !== 3 || path.length === 1)) path = [...path, Object.keys(value)[round % Object.keys(value).length]!];
    made = put(made, path, GONE) as Json;
  }
  return made === object || Object.keys(made).length <= 3 ? undefined : made;
}

/** The longest beginning of the field that is there. */
function existing(object: Json, field: string): Path | undefined {
  const path: (string | number)[] = [];
  let value: unknown = object;
  for (const part of plain(field).split('.')) {
    const step = Array.isArray(value) ? Number(part) : part;
    if (typeof value !== 'object' || value === null || !(step in value)) break;
    path.push(step);
    value = (value as Record<string | number, unknown>)[step];
  }
  return path.length > 0 ? path : undefined;
}

export interface Base extends Case {
  /** How often it is taken. */
  readonly weight: number;
}

/** Bases with their weights: what people write most, and what is held by hand, is mutated most. */
export function weighted(cases: readonly Case[], exact: ReadonlySet<string>): Base[] {
  const groupOf = ({ object }: Case): string => {
    const kind = `${String(object.apiVersion)} ${String(object.kind)}`;
    const group = String(object.apiVersion).split('/')[0]!;
    if (builtIn(object)) return exact.has(kind) ? 'exact' : 'built-in';
    return ['gateway.networking.k8s.io', 'gateway.envoyproxy.io', 'cilium.io'].includes(group) ? group : group.endsWith('istio.io') ? 'istio' : 'other';
  };
  const shares: Readonly<Record<string, number>> = { 'exact': 25, 'built-in': 15, 'gateway.networking.k8s.io': 15, 'gateway.envoyproxy.io': 10, 'istio': 10, 'cilium.io': 10, 'other': 15 };
  const counts = new Map<string, number>();
  for (const one of cases) counts.set(groupOf(one), (counts.get(groupOf(one)) ?? 0) + 1);
  return cases.map((one) => ({ ...one, weight: shares[groupOf(one)]! / counts.get(groupOf(one))! }));
}
