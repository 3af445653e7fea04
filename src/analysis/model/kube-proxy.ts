// Which mode kube-proxy runs in, as far as the documents say.
import type { ClusterModel } from './cluster-model';
import type { Entry } from './entry';
import { record, text } from './fields';
import { readYaml } from './workload-config';

export type ProxyMode = 'iptables' | 'ipvs' | 'nftables' | 'none';

export interface ProxySettings {
  readonly mode: ProxyMode;
  /** The ConfigMap that says so. */
  readonly entry: Entry;
}

/** The mode of kube-proxy: `cluster.derive(proxySettings)`. Undefined when no document says it. */
export function proxySettings(cluster: ClusterModel): ProxySettings | undefined {
  const cilium = cluster.find('', 'ConfigMap', 'kube-system', 'cilium-config');
  const replacement = cilium?.sound ? text(record(cilium.object.data)['kube-proxy-replacement']) : undefined;
  if (cilium && (replacement === 'true' || replacement === 'strict')) return { mode: 'none', entry: cilium };
  const entry = cluster.find('', 'ConfigMap', 'kube-system', 'kube-proxy');
  if (!entry?.sound) return undefined;
  const config = record(readYaml(text(record(entry.object.data)['config.conf']) ?? ''));
  if (config.kind !== 'KubeProxyConfiguration') return undefined;
  const mode = text(config.mode) ?? 'iptables';
  return mode === 'iptables' || mode === 'ipvs' || mode === 'nftables' ? { mode, entry } : undefined;
}
