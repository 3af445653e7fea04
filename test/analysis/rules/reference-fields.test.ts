// Fields of all shipped schemas that are called like references: each stands in the table of references, or is known to be none.
import { segments } from '../../../src/analysis/model/references/path';
import { TABLE } from '../../../src/analysis/model/references/table';
import type { NodeOrId } from '../../../src/analysis/schema/node';
import { SchemaStore } from '../../../src/analysis/schema/store';
import { resolveTargets } from '../../../src/core/targets';

/** `backendRefs`, `configMapRef`, `secretName`, `serviceAccountName`, `gatewayClassName`, `parentRefs`; and the sources of volumes and variables. */
const NAMED = /(?:Refs?|References?|[sS]ecretName|[cC]onfigMapName|[sS]erviceName|[sS]erviceAccountName|serviceAccount|[cC]lassName|credentialName)$|^(?:secret|configMap|gateways|middlewares|issuerRef)$/;

/** Called so, and no reference to an object that documents have. */
const NONE: ReadonlyArray<readonly [pattern: RegExp, why: string]> = [
  [/\.(?:fieldRef|resourceFieldRef)$/, 'a field of the pod itself'],
  [/\.fileKeyRef$/, 'a file in a volume of the pod'],
  [/ownerReferences(?:\[\])?$/, 'written by controllers'],
  [/[iI]mageReferences(?:\[\])?$/, 'patterns of images'],
  [/(?:^|\.)status\./, 'written by controllers'],
  [/^\/Endpoints |^discovery\.k8s\.io\/EndpointSlice /, 'the pod behind an address, written by controllers'],
  [/^networking\.k8s\.io\/IPAddress |^network\.alibabacloud\.com\/NetworkInterface |^scheduling\.k8s\.io\/Workload spec\.controllerRef/, 'written by controllers'],
  [/\.claimRef$/, 'the claim that a volume was bound to'],
  [/^\/Node spec\.configSource/, 'gone since Kubernetes 1.24'],
  [/\.paramRef$/, 'its kind is that of the policy'],
  [/\.globalReference$/, 'an entry of Kyverno\'s, whose kind has no schema here'],
  [/^gateway\.envoyproxy\.io\/EnvoyProxy spec\.telemetry\.tracing\.provider\.serviceName$/, 'the name in traces'],
  [/^opentelemetry\.io\/OpenTelemetryCollector spec\.serviceName$/, 'the operator makes the Service'],
  [/^consul\.hashicorp\.com\/(?:Registration|TerminatingGateway) /, 'names in Consul'],
  [/^keda\.sh\/(?:Cluster)?TriggerAuthentication spec\.hashiCorpVault/, 'a path of a token'],
  [/^kiali\.io\/OSSMConsole spec\.kiali\.serviceName$/, 'Kiali\'s operator makes the Service'],
  [/KubeControllersConfiguration spec\.controllers\.serviceAccount$/, 'settings of a controller'],
  [/^tailscale\.com\/Recorder spec\.statefulSet\.pod\.serviceAccount$/, 'the operator makes the account'],
];

const patterns = new Map<string, (readonly string[])[]>();
for (const { kinds, fields } of TABLE) for (const kind of kinds) patterns.set(kind, [...patterns.get(kind) ?? [], ...fields().map(({ at }) => segments(at))]);

/** Whether the table reads the value at a path: there, above it (`secret` of `secret.name`), or below it. */
function isRead(kind: string, path: readonly string[]): boolean {
  return (patterns.get(kind) ?? []).some((pattern) => meets(pattern, path, 0, 0));
}

function meets(pattern: readonly string[], path: readonly string[], i: number, j: number): boolean {
  if (j === path.length) return true;
  if (i === pattern.length) return path.length - j <= 2;
  if (pattern[i] === '**') return Array.from({ length: path.length - j + 1 }, (_, k) => j + k).some((k) => meets(pattern, path, i + 1, k));
  return (pattern[i] === '*' || pattern[i] === path[j]) && meets(pattern, path, i + 1, j + 1);
}

test('every field that is called like a reference is one of the table, or known to be none', () => {
  const store = SchemaStore.shipped();
  const targets = resolveTargets({ gatewayApi: { channel: 'experimental' } });
  const unread: string[] = [];
  let read = 0;
  for (const [home, { kinds }] of Object.entries(store.index.groups)) {
    const group = home === 'core' ? '' : home;
    for (const [kind, { versions }] of Object.entries(kinds)) {
      const schema = store.find(group, Object.keys(versions).pop()!, kind, targets);
      if (!schema) continue;
      const walk = (id: NodeOrId, path: readonly string[], above: readonly unknown[]): void => {
        const node = schema.node(id);
        if (above.length > 14 || above.includes(node)) return;
        const key = path.filter((part) => part !== '[]').pop() ?? '';
        if (path.length > 1 && path[0] !== 'status' && path[0] !== 'metadata' && path[path.length - 1] !== '[]' && NAMED.test(key)) {
          const name = `${group}/${kind} ${path.join('.').replace(/\.\[\]/g, '[]')}`;
          if (isRead(`${group}/${kind}`, path)) read++;
          else if (!NONE.some(([pattern]) => pattern.test(name))) unread.push(name);
        }
        const here = [...above, node];
        for (const [name, below] of Object.entries(node.properties ?? {})) walk(below, [...path, name], here);
        if (node.items !== undefined) walk(node.items, [...path, '[]'], here);
        if (typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string') walk(node.additionalProperties, [...path, '*'], here);
      };
      walk(schema.root, [], []);
    }
  }
  expect(unread).toEqual([]);
  // The walk does find them.
  expect(read).toBeGreaterThan(900);
});
