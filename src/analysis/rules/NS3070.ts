import type { FieldPath } from '../documents/document';
import { list, record, text } from '../model/fields';
import { meshOf } from '../model/mesh';
import { providersOf } from '../model/mesh-providers';
import { suggest } from '../schema/suggest';
import type { Rule } from './rule';

const scene = (provider: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
      - name: otel
        opentelemetry: { service: otel-collector.observability.svc.cluster.local, port: 4317 }
---
apiVersion: telemetry.istio.io/v1
kind: Telemetry
metadata: { name: default, namespace: istio-system }
spec: { tracing: [{ providers: [{ name: ${provider} }], randomSamplingPercentage: 4.7 }] }
`;

export const rule: Rule = {
  id: 'NS3070',
  class: 'breaks',
  title: 'A provider is named that the mesh does not have',
  sees: 'providers of Telemetries and of AuthorizationPolicies with action CUSTOM that are neither built in nor among extensionProviders of the mesh\'s configuration, where the documents have it; and access logs without a provider.',
  why: 'Traces, metrics and logs go nowhere. A CUSTOM policy with an unknown provider denies every request.',
  fix: 'write the name of a provider of meshConfig.extensionProviders, or add it there',
  covers: ['R18', 'IST0157'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0157/', 'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-ExtensionProvider'],
  subjects: ['telemetry.istio.io/Telemetry', 'security.istio.io/AuthorizationPolicy'],
  failing: {
    documents: scene('otlp'),
    says: 'The mesh has no provider otlp',
    field: 'spec.tracing[0].providers[0].name',
  },
  passing: { documents: scene('otel') },
  check(cluster, report) {
    const providers = providersOf(cluster);
    if (!providers) return;
    const { given, entry } = meshOf(cluster).config;
    const decidedBy = entry ? [entry] : [];
    const near = (name: string): string => {
      const other = suggest(name.toLowerCase(), providers);
      return other === undefined ? '' : `; did you mean ${other}?`;
    };
    const say = (at: typeof decidedBy[number], name: unknown, path: FieldPath): void => {
      const wanted = text(name);
      if (wanted !== undefined && !providers.has(wanted.toLowerCase())) report(at, path, { message: `The mesh has no provider ${wanted}${near(wanted)}`, decidedBy });
    };
    const logsByDefault = list(record(record(given).defaultProviders).accessLogging).length > 0 || text(record(given).accessLogFile) !== undefined;
    for (const telemetry of cluster.objects('telemetry.istio.io', 'Telemetry')) {
      for (const section of ['tracing', 'metrics', 'accessLogging']) {
        for (const [index, one] of list(telemetry.spec[section]).map(record).entries()) {
          const named = list(one.providers).map(record);
          for (const [number, provider] of named.entries()) say(telemetry, provider.name, ['spec', section, index, 'providers', number, 'name']);
          if (section === 'accessLogging' && named.length === 0 && one.disabled !== true && !logsByDefault) {
            report(telemetry, ['spec', section, index], { message: 'No provider is named and the mesh has none by default: nothing is logged', severity: 'warning', decidedBy });
          }
        }
      }
    }
    for (const policy of cluster.objects('security.istio.io', 'AuthorizationPolicy')) {
      if (policy.spec.action === 'CUSTOM') say(policy, record(policy.spec.provider).name, ['spec', 'provider', 'name']);
    }
  },
};
