// Istio's own validation, its analyzers, and pilot, which builds the proxies' configuration; calls are simulated through it.
import { existsSync } from 'node:fs';
import type { Engine, EngineFile, Sample, Verdict } from '../engine';
import { documentsByCluster } from './manifests';
import { askWrapper, buildWrapper, wrapperBinary } from './wrapper';

const ISTIO = { name: 'istio', version: '1.31-dev' } as const;

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** A pod with a sidecar. */
export interface IstioProxy {
  readonly pod?: string;
  readonly ip: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
}

/** A call that leaves or enters the pod of a proxy. */
export interface IstioCall {
  readonly proxy: string;
  readonly direction: 'inbound' | 'outbound';
  readonly address: string;
  readonly port: number;
  readonly path?: string;
  readonly host?: string;
  readonly tls?: 'mtls';
  readonly alpn?: string;
}

export interface IstioProblem {
  readonly document: string;
  readonly level: string;
  readonly code?: string;
  readonly text: string;
}

export interface IstioOutcome {
  readonly error?: string;
  readonly cluster?: string;
  readonly route?: string;
  /** What the chosen cluster speaks; `auto` is mTLS with whoever has a sidecar. */
  readonly transport?: 'plaintext' | 'mtls' | 'tls' | 'auto';
  readonly sans?: readonly string[];
  readonly rbac?: readonly Json[];
  readonly jwt?: readonly Json[];
  /** The chain that takes the call ends TLS. */
  readonly ends?: boolean;
}

export interface IstioAnswer {
  readonly engine: string;
  readonly invalid: readonly IstioProblem[];
  readonly messages: readonly IstioProblem[];
  readonly outcomes: readonly IstioOutcome[];
}

/** Whether the engine is in the cache. */
export function hasIstio(): boolean {
  return existsSync(wrapperBinary(ISTIO));
}

/** Asks Istio about documents, and about calls under them. */
export function askIstio(documents: readonly object[], proxies: Readonly<Record<string, IstioProxy>> = {}, calls: readonly IstioCall[] = []): Promise<IstioAnswer> {
  return askWrapper<IstioAnswer>(ISTIO, { documents, proxies, calls });
}

export const istio: Engine = {
  name: 'istio',
  target: 'istio 1.24 to 1.30',
  source: 'istio.io/istio at commit eed52ebb66ad (1.31-dev): validation, analyzers and pilot as a library',
  reads: (file) => file.path.endsWith('.k8s.yaml') || file.path === 'netstack.model.json',
  prepare: () => buildWrapper(ISTIO),
  version: () => Promise.resolve(hasIstio() ? ISTIO.version : undefined),
  check,
  samples,
};

/** Messages that need what is not in the files: what the cluster itself runs. */
const OF_THE_CLUSTER: ReadonlySet<string> = new Set(['IST0118']);

async function check(files: readonly EngineFile[]): Promise<Verdict> {
  const lines: string[] = [];
  for (const documents of documentsByCluster(files).values()) {
    const answer = await askIstio(documents);
    for (const { document, level, code, text } of [...answer.invalid, ...answer.messages]) {
      if (level === 'info' || OF_THE_CLUSTER.has(code ?? '')) continue;
      lines.push(`${document}: ${level} ${code ?? ''} ${text}`);
    }
  }
  return { accepted: lines.length === 0, output: lines.join('\n') };
}

function samples(): readonly Sample[] {
  const one = (name: string, accepted: boolean, content: string): Sample => ({ name, accepted, files: [{ path: 'sample.k8s.yaml', content }] });
  return [
    one('a subset that no rule has', false, [
      'apiVersion: networking.istio.io/v1', 'kind: VirtualService', 'metadata: { name: v, namespace: n }',
      'spec: { hosts: [a.n.svc.cluster.local], http: [{ route: [{ destination: { host: a.n.svc.cluster.local, subset: canary } }] }] }', '',
    ].join('\n')),
    one('port settings without a selector', false, [
      'apiVersion: security.istio.io/v1', 'kind: PeerAuthentication', 'metadata: { name: p, namespace: n }', "spec: { mtls: { mode: STRICT }, portLevelMtls: { '9090': { mode: PERMISSIVE } } }", '',
    ].join('\n')),
    one('a policy that allows nothing', true, ['apiVersion: security.istio.io/v1', 'kind: AuthorizationPolicy', 'metadata: { name: a, namespace: n }', 'spec: {}', ''].join('\n')),
  ];
}
