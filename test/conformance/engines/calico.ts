// Calico itself, from documents to the policy programs that the kernel runs (./calico/main.go says what of it is ours).
import { existsSync } from 'node:fs';
import type { Engine, EngineFile, Sample, Verdict } from '../engine';
import { documentsByCluster } from './manifests';
import type { GoWrapper } from './wrapper';
import { askWrapper, buildWrapper, wrapperBinary } from './wrapper';

/** Without C, for which Felix wants libbpf; what makes its programs is Go. */
const CALICO: GoWrapper = {
  name: 'calico', version: '3.28.5', files: ['go.mod', 'main.go', 'documents.go', 'graph.go', 'programs.go', 'bpf.go'], env: { CGO_ENABLED: '0' },
};

/** Version of the engine. */
export const CALICO_VERSION: string = CALICO.version;

/** Calico makes identifiers of those of the API server. */
export const UID: string = '30316465-6365-4463-ad63-3564622d3638';

/** A connection, asked on one end. */
export interface CalicoFlow {
  /** Namespace and name of the pod: `a/p1`. */
  readonly subject: string;
  readonly direction: 'ingress' | 'egress';
  /** IPv4 address of the other end. */
  readonly other: string;
  readonly port: number;
  /** Number of the protocol. */
  readonly protocol: number;
}

/** The documents of one cluster as they run in it (pods have addresses), and what is asked of it. */
export interface CalicoWorld {
  readonly documents: readonly object[];
  readonly flows: readonly CalicoFlow[];
}

export interface CalicoAnswer {
  /** Documents that the validation of Calico refuses, by their number: they are left out. */
  readonly refused: ReadonlyArray<{ readonly document: number; readonly error: string }>;
  readonly verdicts: ReadonlyArray<'allowed' | 'denied'>;
}

/** Asks the engine about worlds, each by itself. */
export async function askCalico(worlds: readonly CalicoWorld[]): Promise<readonly CalicoAnswer[]> {
  return (await askWrapper<{ readonly worlds: readonly CalicoAnswer[] }>(CALICO, { worlds })).worlds;
}

/** Which labels meet each selector; null where the text is none. */
export async function askCalicoSelectors(texts: readonly string[], labels: ReadonlyArray<Readonly<Record<string, string>>>): Promise<ReadonlyArray<readonly boolean[] | null>> {
  return (await askWrapper<{ readonly selectors: ReadonlyArray<readonly boolean[] | null> }>(CALICO, { selectors: texts.map((text) => ({ text, labels })) })).selectors;
}

/** Why the engine cannot be asked here, in a sentence; undefined when it can. */
export async function whyNoCalico(): Promise<string | undefined> {
  if (!existsSync(wrapperBinary(CALICO))) return 'Calico\'s engine is not built: run the conformance tests with --prepare, which build it';
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n', uid: UID } };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'n', uid: UID }, spec: { nodeName: 'node', containers: [] }, status: { phase: 'Running', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] } };
  try {
    const [answer] = await askCalico([{ documents: [namespace, pod], flows: [{ subject: 'n/p', direction: 'ingress', other: '10.0.0.2', port: 80, protocol: 6 }] }]);
    return answer!.verdicts[0] === 'allowed' ? undefined : 'Calico\'s engine denies what no policy denies';
  } catch (error) {
    return `Calico's policies cannot run here (${(error as Error).message}): they need root and a kernel that has BPF_PROG_TEST_RUN`;
  }
}

export const calico: Engine = {
  name: 'calico',
  target: 'calico 3.29 and later, with tiers put in order by us',
  source: `github.com/projectcalico/calico v${CALICO.version}, its conversion, validation and policy programs as a library; needs root and BPF_PROG_TEST_RUN`,
  reads: () => false,
  async prepare() {
    await buildWrapper(CALICO);
    const why = await whyNoCalico();
    if (why !== undefined) throw new Error(why);
  },
  version: async () => (await whyNoCalico() === undefined ? CALICO.version : undefined),
  check,
  samples,
};

async function check(files: readonly EngineFile[]): Promise<Verdict> {
  const answers = await askCalico([...documentsByCluster(files).values()].map((documents) => ({ documents, flows: [] })));
  const lines = answers.flatMap(({ refused }) => refused.map(({ error }) => error));
  return { accepted: lines.length === 0, output: lines.join('\n') };
}

function samples(): readonly Sample[] {
  const sample = (name: string, accepted: boolean, spec: object): Sample => ({
    name, accepted, files: [{ path: 'sample.k8s.yaml', content: JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'n' }, spec }) }],
  });
  return [
    sample('rules of both directions', true, { selector: 'app == \'web\' && !has(internal)', ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80, '8000:8100', 'http'] } }], egress: [{ action: 'Pass' }] }),
    sample('a selector that is none', false, { selector: 'app = \'web\'' }),
    sample('ports without a protocol', false, { ingress: [{ action: 'Allow', destination: { ports: [80] } }] }),
    sample('an action that is none', false, { ingress: [{ action: 'Accept' }] }),
  ];
}
