// Two kernels answer: decide.ts one flow, rows.ts all of them. They must say the same of every pair and port, also where policies speak of requests and of ports by name, and where
// nobody knows.
import { analyze, parseText } from '../../../src/analysis';
import type { Outcome } from '../../../src/analysis/reach/flow';
import { partyOf } from '../../../src/analysis/reach/listing';
import { traceFlow } from '../../../src/analysis/reach/trace';
import { workload } from './documents';

const PODS = ['web', 'api', 'db'].map((name) => workload(name, `, ports: [{ name: http, containerPort: ${name === 'db' ? 9000 : 8080} }]`)).join('');

const cilium = (spec: string): string => `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: api, namespace: shop }\nspec: { endpointSelector: { matchLabels: { app: api } }, ${spec} }\n`;
const from = (app: string, more: string): string => `{ fromEndpoints: [{ matchLabels: { app: ${app} } }], ${more} }`;
const GET = 'toPorts: [{ ports: [{ port: "8080", protocol: TCP }], rules: { http: [{ method: GET }] } }]';
const PORT = 'toPorts: [{ ports: [{ port: "8080", protocol: TCP }] }]';
const AUTHENTICATED = 'authentication: { mode: required }';

/** What of shop/api on TCP 8080 a caller gets by each. */
const CASES: ReadonlyArray<readonly [name: string, policies: string, web: string]> = [
  ['a rule for some requests', cilium(`ingress: [${from('web', GET)}]`), 'some'],
  ['a rule for every request beside it', cilium(`ingress: [${from('web', GET)}, ${from('web', PORT)}]`), 'yes'],
  ['a rule of which nobody knows when it is met', cilium(`ingress: [${from('web', `${PORT}, ${AUTHENTICATED}`)}]`), 'maybe'],
  ['the same beside a rule for some requests', cilium(`ingress: [${from('web', GET)}, ${from('web', `${PORT}, ${AUTHENTICATED}`)}]`), 'maybe'],
  ['the same beside a rule for every request', cilium(`ingress: [${from('web', PORT)}, ${from('web', `${PORT}, ${AUTHENTICATED}`)}]`), 'yes'],
  ['a rule for what has no ports', cilium(`ingress: [${from('web', 'icmps: [{ fields: [{ type: 8, family: IPv4 }] }]')}]`), 'no'],
  ['a rule that closes nothing', cilium(`enableDefaultDeny: { ingress: false }, ingress: [${from('db', GET)}]`), 'yes'],
  ['a denial', cilium(`ingress: [${from('web', PORT)}], ingressDeny: [${from('web', PORT)}]`), 'no'],
  ['a port by name', cilium(`ingress: [${from('web', 'toPorts: [{ ports: [{ port: http, protocol: TCP }] }]')}]`), 'yes'],
  ['two policies of which one has requests', `${cilium(`ingress: [${from('web', GET)}]`)}---\n${cilium(`ingress: [${from('db', PORT)}]`).replace('name: api', 'name: more')}`, 'some'],
];

test.each(CASES)('%s', (_, policies, wanted) => {
  const system = analyze(parseText(`${PODS}\n${policies}`, 'shop.yaml').documents);
  const [connectivity] = system.connectivity();
  const { network, ends } = connectivity!;
  const pods = ends.filter(({ endpoint }) => endpoint !== undefined);
  const holds = (sure: 'yes' | 'some' | 'maybe', a: typeof ends[number], b: typeof ends[number], port: number): boolean => (
    connectivity!.portSet(connectivity!.between(a, b, sure)).ranges.some((range) => range.protocol === 'TCP' && range.from <= port && port <= range.to));
  for (const a of pods) {
    for (const b of pods.filter((one) => one !== a)) {
      for (const port of [53, 8080, 9000]) {
        const flow = traceFlow(network, { from: partyOf(network, a), to: partyOf(network, b), port, protocol: 'TCP', facts: {} });
        const said: Readonly<Record<Outcome, string>> = { allowed: flow.only ? 'some' : 'yes', undetermined: 'maybe', denied: 'no' };
        const row = holds('yes', a, b, port) ? 'yes' : holds('some', a, b, port) ? 'some' : holds('maybe', a, b, port) ? 'maybe' : 'no';
        expect(`${a.label} > ${b.label} ${port}: ${row}`).toBe(`${a.label} > ${b.label} ${port}: ${said[flow.outcome]}`);
        if (a.endpoint!.workload === 'web' && b.endpoint!.workload === 'api' && port === 8080) expect(row).toBe(wanted);
      }
    }
  }
});
