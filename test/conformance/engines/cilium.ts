// Cilium's policy engine: every policy is parsed as the agent does, every declared connection must be allowed, and every other one between the same ends denied.
import { existsSync } from 'node:fs';
import type { Engine, EngineFile, Sample, Verdict } from '../engine';
import { documentsByCluster, modelOf } from './manifests';
import { askWrapper, buildWrapper, wrapperBinary } from './wrapper';

const CILIUM = { name: 'cilium', version: '1.19.1' } as const;

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** An end of a flow: a pod, a reserved identity, or an address with the names that it was learnt for. */
export interface CiliumEndpoint {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  readonly ports?: ReadonlyArray<{ readonly name: string; readonly number: number; readonly protocol: string }>;
  readonly entity?: string;
  readonly cidr?: string;
  readonly fqdns?: readonly string[];
}

export interface CiliumFlow {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: string;
}

/** What the engine says of one end: `requests` where its proxy decides about what is said; `unknown` where its lookup fails. */
export type CiliumWord = 'allowed' | 'denied' | 'requests' | 'unknown';

export interface CiliumAnswer {
  readonly engine: string;
  readonly refused: ReadonlyArray<{ readonly policy: number; readonly error: string }>;
  readonly verdicts: ReadonlyArray<{ readonly egress: CiliumWord; readonly ingress: CiliumWord; readonly error?: string }>;
}

/** One cluster, and what is asked of it. */
export interface CiliumWorld {
  readonly policies: readonly object[];
  readonly endpoints: Readonly<Record<string, CiliumEndpoint>>;
  readonly flows: readonly CiliumFlow[];
  /** Whether the node reaches its own pods unless a policy denies it, as in Kubernetes. @default false */
  readonly localhost?: boolean;
  /** Selectors are not limited to one cluster, as before 1.19. @default false */
  readonly anyCluster?: boolean;
}

/** Whether the engine is in the cache. */
export function hasCilium(): boolean {
  return existsSync(wrapperBinary(CILIUM));
}

/** Version of the engine. */
export const CILIUM_VERSION: string = CILIUM.version;

/** Asks the engine whether connections are allowed under the policies, whatever is said over them. */
export async function askCilium(policies: readonly object[], endpoints: Readonly<Record<string, CiliumEndpoint>>, flows: readonly CiliumFlow[]): Promise<CiliumAnswer> {
  const answer = (await askCiliumWorlds([{ policies, endpoints, flows }]))[0]!;
  const connection = (word: CiliumWord): CiliumWord => (word === 'requests' ? 'allowed' : word);
  return { ...answer, verdicts: answer.verdicts.map((one) => ({ ...one, egress: connection(one.egress), ingress: connection(one.ingress) })) };
}

/** The same of many clusters in one run. */
export async function askCiliumWorlds(worlds: readonly CiliumWorld[]): Promise<readonly CiliumAnswer[]> {
  const answer = await askWrapper<{ readonly engine: string; readonly worlds: ReadonlyArray<Omit<CiliumAnswer, 'engine'>> }>(CILIUM, { worlds });
  return answer.worlds.map((world) => ({ ...world, engine: answer.engine }));
}

export const cilium: Engine = {
  name: 'cilium',
  target: 'cilium 1.17 to 1.20',
  source: `github.com/cilium/cilium v${CILIUM.version}, its policy engine as a library`,
  reads: (file) => file.path.endsWith('.k8s.yaml') || file.path === 'netstack.model.json',
  prepare: () => buildWrapper(CILIUM),
  version: () => Promise.resolve(hasCilium() ? CILIUM.version : undefined),
  check,
  samples,
};

async function check(files: readonly EngineFile[]): Promise<Verdict> {
  const model = modelOf(files);
  const lines: string[] = [];
  for (const [cluster, documents] of documentsByCluster(files)) {
    const policies = documents.filter((one) => one.kind === 'CiliumNetworkPolicy');
    const { endpoints, flows, expected } = questions(model, cluster, policies);
    const answer = await askCilium(policies, endpoints, flows);
    for (const { policy, error } of answer.refused) lines.push(`${policies[policy].metadata.namespace}/${policies[policy].metadata.name} is refused: ${error}`);
    answer.verdicts.forEach((verdict, i) => {
      const allowed = verdict.error === undefined && verdict.egress === 'allowed' && verdict.ingress === 'allowed';
      const { from, to, port, protocol } = flows[i]!;
      if (verdict.error !== undefined || allowed !== expected[i]) {
        lines.push(`${from} > ${to} ${port}/${protocol}: egress ${verdict.egress}, ingress ${verdict.ingress}, ${verdict.error ?? ''} though it is ${expected[i] ? '' : 'not '}declared`);
      }
    });
  }
  return { accepted: lines.length === 0, output: lines.join('\n') };
}

/** Every connection of the model, and each of its targets from everybody else. */
function questions(model: Json, cluster: string, policies: readonly Json[]): { endpoints: Record<string, CiliumEndpoint>; flows: CiliumFlow[]; expected: boolean[] } {
  const endpoints: Record<string, CiliumEndpoint> = {};
  const pods: string[] = [];
  for (const one of [...model.workloads, ...model.external.filter((other: Json) => other.kind === 'Workload')].filter((other: Json) => other.cluster === cluster)) {
    const key = `${cluster}:${one.namespace}/${one.name}`;
    endpoints[key] = { namespace: one.namespace, labels: one.labels };
    pods.push(key);
  }
  // A policy that denies selects every pod of its namespace; nobody is denied elsewhere.
  const denies = policies.filter((one) => one.spec.enableDefaultDeny?.ingress && Object.keys(one.spec.endpointSelector).length === 0);
  const guarded = new Set(denies.map((one) => one.metadata.namespace as string));
  const isGuarded = (key: string): boolean => guarded.has(endpoints[key]?.namespace ?? '');
  const declared = new Set<string>();
  const targets = new Map<string, { to: string; port: number; protocol: string }>();
  for (const { from, to, port } of model.connections as Json[]) {
    const sides = [name(from), name(to)];
    if (port === undefined || sides.some((side) => side === undefined) || !sides.some((side) => side!.startsWith(`${cluster}:`))) continue;
    const [number, protocol] = port.split('/');
    declared.add(`${sides[0]} ${sides[1]} ${port}`);
    targets.set(`${sides[1]} ${port}`, { to: sides[1]!, port: Number(number), protocol });
  }
  const flows: CiliumFlow[] = [];
  const expected: boolean[] = [];
  for (const { to, port, protocol } of targets.values()) {
    for (const from of new Set([...pods, ...[...declared].filter((one) => one.includes(` ${to} ${port}/`)).map((one) => one.split(' ')[0]!)])) {
      if (from === to) continue;
      const said = declared.has(`${from} ${to} ${port}/${protocol}`);
      if (!said && !isGuarded(from) && !isGuarded(to)) continue;
      flows.push({ from, to, port, protocol });
      expected.push(said);
    }
  }
  return { endpoints, flows, expected };

  /** The key of a peer among the endpoints, which is made when it is no pod; undefined for what one flow cannot stand for. */
  function name(peer: string): string | undefined {
    if (endpoints[peer]) return peer;
    const [, kind, value] = /^(fqdn|cidr):([^!]+)/.exec(peer) ?? [];
    if (kind === 'fqdn') endpoints[peer] = { cidr: `203.0.113.${Object.keys(endpoints).length % 250 + 1}/32`, fqdns: [value!] };
    else if (kind === 'cidr') endpoints[peer] = { cidr: value! };
    else if (peer === 'nodes') endpoints[peer] = { entity: 'host' };
    else if (peer === 'kube-apiserver') endpoints[peer] = { entity: 'kube-apiserver' };
    else if (peer === 'internet') endpoints[peer] = { entity: 'world' };
    return endpoints[peer] && peer;
  }
}

function samples(): readonly Sample[] {
  const policy = (spec: string): readonly EngineFile[] => [{ path: 'sample.k8s.yaml', content: `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: p, namespace: n }\nspec:\n${spec}` }];
  return [
    { name: 'two kinds of peers in one rule', accepted: false, files: policy('  endpointSelector: {}\n  egress: [{ toEntities: [world], toCIDR: [10.0.0.0/8] }]\n') },
    { name: 'an exception outside its range', accepted: false, files: policy('  endpointSelector: {}\n  egress: [{ toCIDRSet: [{ cidr: 10.0.0.0/8, except: [192.168.0.0/16] }] }]\n') },
    { name: 'a pattern that is none', accepted: false, files: policy("  endpointSelector: {}\n  ingress: [{ toPorts: [{ ports: [{ port: '80', protocol: TCP }], rules: { http: [{ path: '(' }] } }] }]\n") },
    { name: 'an empty rule', accepted: true, files: policy('  endpointSelector: {}\n  ingress: [{}]\n  egress: [{}]\n') },
  ];
}
