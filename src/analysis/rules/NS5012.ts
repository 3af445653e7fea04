import type { DnsConfig, DnsServer } from '../model/dns';
import { DNS_SUBJECTS, dnsConfigs, forwardsOf, lineWords } from '../model/dns';
import { Entry } from '../model/entry';
import { list, record } from '../model/fields';
import type { PodGroup } from '../model/pods';
import type { Rule } from './rule';

export const rule: Rule = {
  id: 'NS5012',
  class: 'breaks',
  title: 'CoreDNS forwards to itself',
  sees: 'forwards to the address and port that the same CoreDNS listens on: its own loopback address, the address of the kube-dns Service in the Corefile of the cluster, and /etc/resolv.conf in pods '
    + 'whose own resolver is the DNS of the cluster.',
  why: 'A query runs in a circle until it times out; with the loop plugin CoreDNS ends ("Loop detected") and never becomes ready.',
  fix: 'forward to the name servers outside of the cluster',
  covers: ['analysis 1.3: CoreDNS forward loop'],
  docs: ['https://coredns.io/plugins/loop/'],
  subjects: DNS_SUBJECTS,
  failing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns, namespace: kube-system }
data:
  Corefile: |
    .:53 {
        kubernetes cluster.local in-addr.arpa ip6.arpa
        forward . 10.96.0.10
        cache 30
    }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec:
  clusterIP: 10.96.0.10
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, protocol: UDP }]
`,
    says: 'Server block .:53 forwards to 10.96.0.10, the address of Service kube-system/kube-dns that it answers for itself',
    field: 'data.Corefile',
  },
  passing: {
    documents: `
apiVersion: v1
kind: ConfigMap
metadata: { name: node-local-dns, namespace: kube-system }
data:
  Corefile: |
    cluster.local:53 {
        bind 169.254.20.10
        forward . 10.96.0.10 { force_tcp }
        cache 30
    }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec:
  clusterIP: 10.96.0.10
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, protocol: UDP }]
`,
  },
  checkWorld(world, report) {
    for (const config of dnsConfigs(world)) {
      const service = ownService(config);
      const pods = mountedBy(config);
      for (const server of config.servers) {
        for (const { directive, to } of forwardsOf(server)) {
          const say = (words: string, decidedBy: readonly Entry[] = []): void => report(config.at, config.path(directive.line), {
            message: `Server block ${server.name} forwards to ${words}${lineWords(config, directive.line)}`, decidedBy,
          });
          for (const upstream of to) {
            const { address, port } = endpointOf(upstream);
            if (listensOn(server, address, port)) say(`${upstream}, where it listens itself`);
            else if (service && port === 53 && address === service.spec.clusterIP) say(`${upstream}, the address of ${service.toString()} that it answers for itself`, [service]);
            else if (upstream === '/etc/resolv.conf' && pods) say(`/etc/resolv.conf, which names the DNS of the cluster in the pods of ${pods.entry.toString()}: their dnsPolicy is not Default`, [pods.entry]);
          }
        }
      }
    }
  },
};

function endpointOf(upstream: string): { readonly address: string; readonly port: number } {
  const text = upstream.replace(/^dns:\/\//, '');
  const [, address = text, port] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(/^[^:]*:\d+$|^\[.*\]:\d+$/.test(text) ? text : '') ?? [];
  return { address: address.replace(/^\[|\]$/g, ''), port: port === undefined ? (upstream.startsWith('tls://') ? 853 : 53) : Number(port) };
}

/** Without `bind` a server listens on every address, its loopback included. */
function listensOn(server: DnsServer, address: string, port: number): boolean {
  if (!server.zones.some((zone) => zone.port === port && zone.transport === 'dns')) return false;
  const binds = server.plugins('bind').flatMap(({ args }) => args);
  return binds.length === 0 ? server.block.complete && (address === '127.0.0.1' || address === '::1') : binds.includes(address);
}

/** The Service that clients of the cluster's CoreDNS ask. */
function ownService({ role, cluster }: DnsConfig): Entry | undefined {
  if (role !== 'cluster' || !cluster) return undefined;
  const service = cluster.find('', 'Service', 'kube-system', 'kube-dns');
  return service?.sound && typeof service.spec.clusterIP === 'string' && service.spec.clusterIP !== 'None' ? service : undefined;
}

/** The pods that run with the Corefile, when their own resolver is the DNS of the cluster. */
function mountedBy({ role, cluster, at }: DnsConfig): PodGroup | undefined {
  if (role !== 'cluster' || !cluster || !(at instanceof Entry)) return undefined;
  return cluster.pods.find(({ namespace, spec, hostNetwork }) => namespace === at.namespace && !hostNetwork && (spec.dnsPolicy === undefined || spec.dnsPolicy === 'ClusterFirst')
    && list(spec.volumes).some((volume) => record(record(volume).configMap).name === at.name));
}
