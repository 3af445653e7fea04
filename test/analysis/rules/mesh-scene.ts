// Small systems for the rules of the mesh: a shop with a sidecar, and whatever a test adds.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Yaml } from 'cdk8s';
import { NetworkApp } from 'cdk8s-netstack';
import { orderPlatform as platform } from '../../../examples/order-platform/platform';
import type { Finding, Targets } from '../../../src/analysis';
import { parseText, validate } from '../../../src/analysis';
import type { DeclaredModel, TerraformDocument } from '../../../src/analysis/input';
import type { Rule } from '../../../src/analysis/rules/rule';
import { documentsOf } from '../../../src/testing/documents';

const FOLDER = join(__dirname, '../../../src/analysis/rules');

/** The rules of the mesh, or those of the ids given. */
export function meshRules(ids?: readonly string[]): Rule[] {
  return readdirSync(FOLDER).filter((file) => (ids ? ids.includes(file.slice(0, 6)) : /^NS(?:3\d{3}|9[789]\d{2})\.ts$/.test(file))).sort()
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    .map((file) => (require(join(FOLDER, file)) as { rule: Rule }).rule);
}

export interface Asked {
  readonly rules?: readonly string[];
  readonly model?: DeclaredModel;
  readonly terraform?: readonly TerraformDocument[];
  readonly targets?: Targets;
  readonly open?: boolean;
  /** @default 'production' */
  readonly profile?: string;
}

/** Findings of the mesh rules about manifests that the API server takes. */
export function ask(yaml: string, { rules, model, targets, open, terraform, profile = 'production' }: Asked = {}): Finding[] {
  const parsed = parseText(yaml, 'scene.yaml');
  expect(parsed.findings).toEqual([]);
  const entries = meshRules(rules).map((rule) => ({ ...rule, load: () => rule }));
  const findings = validate({ documents: parsed.documents, ...(model && { models: [model] }), ...(terraform && { terraform }) }, {
    rules: entries, profile, ...(targets && { targets }), ...(open !== undefined && { open }),
  });
  const foreign = findings.filter(({ id, severity }) => severity !== 'info' && id < 'NS0030');
  expect(foreign.map(({ id, message, where }) => `${id} ${where.field ?? ''}: ${message}`)).toEqual([]);
  return findings.filter(({ id }) => id >= 'NS0030');
}

/** `NS3001 spec.mtls.mode: message` of each. */
export function said(findings: readonly Finding[]): string[] {
  return findings.map(({ id, message, where }) => `${id} ${where.field ?? ''}: ${message}`);
}

export const namespace = (name: string, labels = '{}'): string => `---
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: ${labels} }
`;

export const deployment = (name: string, options: { readonly namespace?: string; readonly labels?: string; readonly annotations?: string; readonly spec?: string; readonly container?: string } = {}): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${options.namespace ?? 'shop'} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${options.labels === undefined ? '' : `, ${options.labels}`} }, annotations: { ${options.annotations ?? ''} } }
    spec:
      serviceAccountName: ${name}
      ${options.spec ?? ''}
      containers:
        - name: ${name}
          image: registry.example.com/${name}:1.0.0
          ports: [{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9090 }]
          ${options.container ?? ''}
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name}, namespace: ${options.namespace ?? 'shop'} }
`;

export const service = (name: string, options: { readonly namespace?: string; readonly spec?: string; readonly ports?: string; readonly metadata?: string } = {}): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${options.namespace ?? 'shop'}${options.metadata === undefined ? '' : `, ${options.metadata}`} }
spec:
  selector: { app: ${name} }
  ports: ${options.ports ?? '[{ name: http, port: 80, targetPort: http }, { name: metrics, port: 9090, targetPort: metrics }]'}
  ${options.spec ?? ''}
`;

/** Any object of Istio: `istio('security.istio.io/v1', 'PeerAuthentication', 'default', 'shop', '{ mtls: { mode: STRICT } }')`. */
export const object = (apiVersion: string, kind: string, name: string, home: string, spec: string): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}, namespace: ${home} }
spec: ${spec}
`;

export const peerAuthentication = (home: string, spec: string, name = 'default'): string => object('security.istio.io/v1', 'PeerAuthentication', name, home, spec);
export const STRICT: string = '{ mtls: { mode: STRICT } }';
/** A namespace with a sidecar in every pod, and one workload with a Service. */
export const SHOP: string = `${namespace('shop', '{ istio-injection: enabled }')}${deployment('orders')}${service('orders')}`;

/** The manifests of one cluster of the order platform, and the model. */
export function orderPlatform(cluster = 'beijing'): { readonly yaml: string; readonly model: DeclaredModel; readonly targets: Targets } {
  const { documents, models } = documentsOf(platform(new NetworkApp({ profile: 'production' })));
  const [model] = models!;
  const own = <T extends { readonly cluster?: unknown }>(list: readonly T[] | undefined): T[] => (list ?? []).filter((one) => one.cluster === cluster);
  return {
    yaml: Yaml.stringify(...own(documents).map(({ object: manifest }) => manifest)),
    model: { ...model, external: own(model!.external), workloads: own(model!.workloads as ReadonlyArray<{ cluster?: unknown }>) },
    targets: model!.clusters!.find(({ name }) => name === cluster)!.targets!,
  };
}
