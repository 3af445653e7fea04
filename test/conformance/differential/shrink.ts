// Makes a failing object as small as it can be, and keeps it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Targets } from '../../../src/analysis';
import type { Json } from '../engines/kube-apiserver/documents';
import { judgeCases, NEW, OLD } from './bases';
import type { Case, Compared } from './compare';
import { compare } from './compare';
import { GONE, pathsOf, put } from './paths';

const FIXTURES = join(__dirname, '..', 'fixtures');
/** Questions to the server for one object. */
const MOST = 300;

/** Takes fields away, the large ones first, as long as the two still differ in the same way. */
export async function shrunk(failing: Compared): Promise<Compared> {
  let best = failing;
  let asked = 0;
  for (let again = true; again && asked < MOST;) {
    again = false;
    for (const path of pathsOf(best.object).filter((one) => one.length > 0 && !['apiVersion', 'kind', 'metadata'].includes(one.join('.')) && one.join('.') !== 'metadata.name' && one.join('.') !== 'metadata.namespace')) {
      if (asked++ >= MOST) break;
      const tried: Case = { ...best, object: put(best.object, path, GONE) as Json };
      const [judgement] = await judgeCases([tried]);
      const compared = compare(tried, judgement!.answer);
      if (compared.verdict !== failing.verdict) continue;
      best = compared;
      again = true;
      break;
    }
  }
  return best;
}

/** Writes the object down, to be asked again first in every run. @returns the file */
export function keep({ object, targets, verdict, answer, problems }: Compared): string {
  mkdirSync(FIXTURES, { recursive: true });
  const body = stringify(object, { lineWidth: 160 });
  const name = `${String(object.kind)}-${createHash('sha256').update(body + JSON.stringify(targets)).digest('hex').slice(0, 8)}.yaml`;
  const file = join(FIXTURES, name);
  const said = answer.status === 201 ? problems.map(({ field, message }) => `${field}: ${message}`).join('; ') : answer.message;
  const lines = [`targets: ${JSON.stringify(differing(targets))}`, `${verdict.replace('DISAGREE: ', '')}: ${said.replace(/\s+/g, ' ').slice(0, 150)}`];
  if (!existsSync(file)) writeFileSync(file, `${lines.map((line) => `# ${line}\n`).join('')}${body}`);
  return file;
}

/** Of a cluster's versions only Kubernetes and the ones of Gateway API tell the two clusters and their channels apart. */
function differing({ kubernetes, gatewayApi }: Targets): Targets {
  return { ...(kubernetes === undefined ? {} : { kubernetes }), ...(gatewayApi === undefined ? {} : { gatewayApi }) };
}

export function keptCases(): Case[] {
  if (!existsSync(FIXTURES)) return [];
  return readdirSync(FIXTURES).filter((file) => file.endsWith('.yaml')).sort().map((file) => {
    const text = readFileSync(join(FIXTURES, file), 'utf8');
    const targets = JSON.parse(/^# targets: (.+)$/m.exec(text)![1]!) as Targets;
    return { name: file, object: parse(text) as Json, targets: { ...(targets.kubernetes === OLD.kubernetes ? OLD : NEW), ...targets } };
  });
}
