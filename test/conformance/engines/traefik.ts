// Traefik itself: its Kubernetes providers and its routers, in the program that runs in production.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Engine, EngineFile, Sample, Verdict } from '../engine';
import { startTraefik } from './traefik-live';
import { buildWrapper, wrapperBinary } from './wrapper';
import type { GoWrapper } from './wrapper';

/** The program is Traefik's own; what the module proxy does not have of its modules is in absent.txt. */
const TRAEFIK: GoWrapper = { name: 'traefik', version: '3.7.13', files: ['go.mod', 'tools.go', 'absent.txt'], program: 'github.com/traefik/traefik/v3/cmd/traefik' };

export const TRAEFIK_VERSION: string = TRAEFIK.version;

export function traefikProgram(): string | undefined {
  const binary = wrapperBinary(TRAEFIK);
  return existsSync(binary) ? binary : undefined;
}

export const traefik: Engine = {
  name: 'traefik',
  target: 'traefik 3.7',
  source: 'github.com/traefik/traefik/v3, without its ACME client',
  reads: () => false,
  prepare: () => buildWrapper(TRAEFIK, unpacked),
  version: () => Promise.resolve(traefikProgram() === undefined ? undefined : TRAEFIK.version),
  check,
  samples,
};

/** The files of absent.txt, each after a line with its path. */
function unpacked(): readonly EngineFile[] {
  const source = readFileSync(join(__dirname, TRAEFIK.name, 'absent.txt'), 'utf8');
  return source.split(/^-- (?=.+ --$)/m).slice(1).map((part) => ({ path: part.slice(0, part.indexOf(' --\n')), content: part.slice(part.indexOf('\n') + 1) }));
}

/** Whether Traefik makes a router of every route. */
async function check(files: readonly EngineFile[]): Promise<Verdict> {
  const documents = files.flatMap(({ content }) => parseAllDocuments(content).map((document) => document.toJS() as unknown));
  const live = await startTraefik(traefikProgram()!, documents, { entryPoints: ['web'], secure: [], args: [] });
  await live.stop();
  const bad = live.routers.filter(({ status, provider }) => status !== 'enabled' && provider !== 'internal');
  return { accepted: bad.length === 0, output: bad.map(({ name, error }) => `${name}: ${(error ?? []).join('; ')}`).join('\n') };
}

function samples(): readonly Sample[] {
  const one = (name: string, accepted: boolean, match: string): Sample => ({
    name, accepted, files: [{
      path: 'sample.k8s.yaml',
      content: JSON.stringify({ apiVersion: 'traefik.io/v1alpha1', kind: 'IngressRoute', metadata: { name: 'r', namespace: 'n' }, spec: { routes: [{ kind: 'Rule', match, services: [{ kind: 'TraefikService', name: 'api@internal' }] }] } }),
    }],
  });
  return [
    one('a rule of version 3', true, 'Host(`*.a.example`) && !(PathPrefix(`/a`) || Query(`q`))'),
    one('a rule with an expression that is none of Go', false, 'PathRegexp(`/[a`)'),
    one('a matcher with two values, as version 2 took it', false, 'Host(`a.example`, `b.example`)'),
  ];
}
