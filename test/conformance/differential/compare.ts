// Do the API server and netstack validate say the same of an object?
import type { Targets } from '../../../src/analysis';
import type { Json } from '../engines/kube-apiserver/documents';
import type { Answer } from '../engines/kube-apiserver/server';
import { builtIn } from './kinds';
import { problemsOf } from './ours';
import type { Said } from './ours';
import { plain, withoutPlaces } from './paths';
import { ALIASES, EXACT, LISTED, QUIRKS } from './quirks';

/** An object for a cluster. */
export interface Case {
  readonly name: string;
  readonly object: Json;
  readonly targets: Targets;
}

export interface Compared extends Case {
  readonly answer: Answer;
  readonly problems: readonly Said[];
  readonly verdict: Verdict;
  /** Of an object that both refuse: whether the first field is the same. Undefined where the server names none. */
  readonly sameField?: boolean;
  /** More to be said about the verdict. */
  readonly why?: string;
}

export type Verdict = 'both accept' | 'both refuse' | 'quirk' | 'unlisted field of a built-in kind' | 'not served' | 'DISAGREE: the server accepts' | 'DISAGREE: the server refuses';

export function compare(one: Case, answer: Answer): Compared {
  const problems = problemsOf(one.object, one.targets);
  const told = { ...one, answer, problems };
  const accepted = answer.status === 201;
  if (accepted && problems.length === 0) return { ...told, verdict: 'both accept' };
  const field = fieldOf(answer);
  if (!accepted && problems.length > 0) {
    const sameField = field === undefined ? undefined : sameAs(field, problems[0]!.field, one.object, answer.status === 400);
    return { ...told, verdict: 'both refuse', ...(sameField === undefined ? {} : { sameField }) };
  }
  if (answer.status === 0 && builtIn(one.object) && /alpha/.test(String(one.object.apiVersion))) return { ...told, verdict: 'not served', why: 'built-in kinds in alpha are switched off' };
  const quirk = QUIRKS.find(({ applies }) => applies({ object: one.object, answer, problems, field, native: builtIn(one.object), kubernetes: one.targets.kubernetes }));
  if (quirk) return { ...told, verdict: 'quirk', why: quirk.name };
  if (accepted) return { ...told, verdict: 'DISAGREE: the server accepts' };
  const kind = `${String(one.object.apiVersion)} ${String(one.object.kind)}`;
  if (builtIn(one.object) && !EXACT.has(kind)) {
    const why = `${String(one.object.kind)} ${withoutPlaces(field ?? '(no field)')}`;
    if (!LISTED.some((listed) => listed.test(why))) return { ...told, verdict: 'unlisted field of a built-in kind', why };
  }
  return { ...told, verdict: 'DISAGREE: the server refuses' };
}

/** The first field that the server names, as it names it. */
export function fieldOf({ causes, message }: Answer): string | undefined {
  const [first] = causes;
  // Of alternatives the field stands in the words only.
  if (first?.field === '<nil>') return quoted(first.message ?? '');
  if (first?.field !== undefined && first.field !== '') return plain(first.field);
  const strict = /(?:unknown|duplicate) field "([^"]+)"/.exec(message);
  if (strict) return plain(strict[1]!);
  // A decoder names the Go structs that it is in between the fields.
  const decoded = /Go struct field ([A-Za-z0-9]+)\.(\S+) of type/.exec(message);
  if (!decoded) return undefined;
  const path = plain(decoded[2]!).split('.').filter((part) => !/^[A-Z]/.test(part)).join('.');
  // Of a custom resource metadata is decoded alone.
  const alone = !path.startsWith('metadata.') && (decoded[1] === 'ObjectMeta' || (decoded[1] === 'OwnerReference' && path.startsWith('ownerReferences')));
  return alone ? `metadata.${path}` : path;
}

function quoted(message: string): string | undefined {
  const field = /"([^"]+)" must (?:not )?validate/.exec(message)?.[1];
  return field === undefined ? undefined : plain(field);
}

function sameAs(server: string, ours: string, object: Json, decoded: boolean): boolean {
  const mine = plain(ours);
  if (server === mine) return true;
  // A decoder does not count items, and does not tell the keys of maps.
  const uncounted = withoutPlaces(mine);
  if (!/(^|\.)\d+(\.|$)/.test(server) && (server === uncounted || (decoded && uncounted.startsWith(`${server}.`)))) return true;
  return ALIASES.some(({ applies }) => applies(server, mine, object));
}
