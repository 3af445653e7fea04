import { list, record, text } from '../model/fields';
import type { Rule } from './rule';

const scene = (url: string): string => `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: api-version, namespace: shop }
spec: { url: "${url}" }
`;

const DIGEST = 'a3c2f1e0b9d8c7a6f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a09f8e';

export const rule: Rule = {
  id: 'NS3077',
  class: 'practice',
  title: 'Code for the proxies is fetched without a digest',
  sees: 'WasmPlugins from a registry without @sha256 in the reference and without sha256, and from http or https without sha256; and wasm of EnvoyExtensionPolicies of Envoy Gateway likewise. Files of the image are passed over.',
  why: 'Whoever can write to the registry or answer for the server changes what runs inside of every proxy, with the requests of everybody before its eyes.',
  fix: 'write the digest: oci://…@sha256:… or sha256',
  covers: ['R17'],
  docs: ['https://istio.io/latest/docs/reference/config/proxy_extensions/wasm-plugin/', 'https://gateway.envoyproxy.io/docs/tasks/extensibility/wasm/'],
  subjects: ['extensions.istio.io/WasmPlugin', 'gateway.envoyproxy.io/EnvoyExtensionPolicy'],
  failing: {
    documents: scene('oci://registry.example.com/filters/api-version:1.7.0'),
    says: 'oci://registry.example.com/filters/api-version:1.7.0 may be something else tomorrow',
    field: 'spec.url',
  },
  passing: { documents: scene(`oci://registry.example.com/filters/api-version@sha256:${DIGEST}`) },
  check(cluster, report) {
    for (const plugin of cluster.objects('extensions.istio.io', 'WasmPlugin')) {
      const url = String(plugin.spec.url);
      if (!url.startsWith('file://') && !url.includes('@sha256:') && text(plugin.spec.sha256) === undefined) report(plugin, ['spec', 'url'], { message: `${url} may be something else tomorrow` });
    }
    for (const policy of cluster.objects('gateway.envoyproxy.io', 'EnvoyExtensionPolicy')) {
      for (const [index, wasm] of list(policy.spec.wasm).map(record).entries()) {
        for (const source of ['image', 'http']) {
          const code = record(record(wasm.code)[source]);
          const url = text(code.url);
          if (url === undefined || text(code.sha256) !== undefined || url.includes('@sha256:')) continue;
          report(policy, ['spec', 'wasm', index, 'code', source, 'url'], { message: `${url} may be something else tomorrow` });
        }
      }
    }
  },
};
