// Corefiles: each variant beyond the rules' own fixtures, and its near miss.
import { ask } from './network-scene';

const map = (corefile: string, name = 'coredns'): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: kube-system }
data: { Corefile: ${JSON.stringify(corefile)} }
`;
const file = (corefile: string) => ({ files: { 'corefile:Corefile': corefile } });

/** Corefiles that others ship: nothing is to be said of them. */
const SHIPPED: ReadonlyArray<readonly [string, string]> = [
  ['kubeadm', '.:53 {\n errors\n health {\n  lameduck 5s\n }\n ready\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  pods insecure\n  fallthrough in-addr.arpa ip6.arpa\n  ttl 30\n }\n prometheus :9153\n'
    + ' forward . /etc/resolv.conf {\n  max_concurrent 1000\n }\n cache 30 {\n  disable success cluster.local\n  disable denial cluster.local\n }\n loop\n reload\n loadbalance\n}\n'],
  ['EKS', '.:53 {\n errors\n health {\n  lameduck 5s\n }\n ready\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  pods insecure\n  fallthrough in-addr.arpa ip6.arpa\n }\n prometheus :9153\n'
    + ' forward . /etc/resolv.conf\n cache 30\n loop\n reload\n loadbalance\n}\n'],
  ['k3s', '.:53 {\n errors\n health\n ready\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  pods insecure\n  fallthrough in-addr.arpa ip6.arpa\n }\n hosts /etc/coredns/NodeHosts {\n  ttl 60\n  reload 15s\n'
    + '  fallthrough\n }\n prometheus :9153\n forward . /etc/resolv.conf\n cache 30\n loop\n reload\n loadbalance\n import /etc/coredns/custom/*.override\n}\nimport /etc/coredns/custom/*.server\n'],
  ['AKS', '.:53 {\n errors\n ready\n health {\n  lameduck 5s\n }\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  pods insecure\n  fallthrough in-addr.arpa ip6.arpa\n  ttl 30\n }\n prometheus :9153\n'
    + ' forward . /etc/resolv.conf\n cache 30\n loop\n reload\n loadbalance\n import custom/*.override\n template ANY ANY internal.cloudapp.net {\n  match "^(?:[^.]+\\.){4,}internal\\.cloudapp\\.net\\.$"\n'
    + '  rcode NXDOMAIN\n  fallthrough\n }\n}\nimport custom/*.server\n'],
  ['NodeLocal', 'cluster.local:53 {\n errors\n cache {\n  success 9984 30\n  denial 9984 5\n }\n reload\n loop\n bind 169.254.20.10 10.96.0.10\n forward . __PILLAR__CLUSTER__DNS__ {\n  force_tcp\n }\n'
    + ' prometheus :9253\n health 169.254.20.10:8080\n}\nin-addr.arpa:53 {\n errors\n cache 30\n reload\n loop\n bind 169.254.20.10 10.96.0.10\n forward . __PILLAR__CLUSTER__DNS__ {\n  force_tcp\n }\n'
    + ' prometheus :9253\n}\n.:53 {\n errors\n cache 30\n reload\n loop\n bind 169.254.20.10 10.96.0.10\n forward . __PILLAR__UPSTREAM__SERVERS__\n prometheus :9253\n}\n'],
  ['stub zones', '.:53 {\n errors\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  ttl 30\n }\n forward . 8.8.8.8 8.8.4.4\n cache 30\n}\nconsul.local:53 {\n errors\n cache 30\n forward . 10.150.0.1\n}\n'],
];

test.each(SHIPPED)('the Corefile of %s', (name, corefile) => {
  expect(ask(/NS50[01]/, map(corefile, name === 'NodeLocal' ? 'node-local-dns' : 'coredns'))).toEqual([]);
  expect(ask(/NS50[01]/, '', file(corefile))).toEqual([]);
});

describe('the cache', () => {
  const cluster = (cache: string, ttl = ''): string => `.:53 {\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  pods insecure\n  ${ttl}\n }\n ${cache}\n forward . 10.0.0.2\n}\n`;

  test.each([
    ['', 'NS5000 2: Server block .:53 answers for cluster.local without a cache'],
    ['cache 30 example.org', 'NS5000 2: Server block .:53 answers for cluster.local without a cache (its cache is for example.org only)'],
    ['cache 4', 'NS5002 6: The cache of server block .:53 keeps an answer 4 s at most'],
    ['cache 300 {\n  success 9984 3\n }', 'NS5002 7: The cache of server block .:53 keeps an answer 3 s at most'],
    ['cache 29', 'NS5003 6: The cache of server block .:53 keeps an answer 29 s at most'],
    ['cache {\n  success 9983\n }', 'NS5001 7: The cache of server block .:53 keeps 9983 answers, below the default of 9984'],
  ])('%j', (cache, finding) => {
    expect(ask(/NS500/, '', file(cluster(cache)))).toEqual([finding]);
  });
  test.each(['cache', 'cache 30', 'cache 30 cluster.local', 'cache 30 local.', 'cache 1 {\n  success 9984 60\n }', 'cache {$TTL}', 'cache 30 {\n  denial 10 1\n }'])('%j passes', (cache) => {
    expect(ask(/NS500/, '', file(cluster(cache)))).toEqual([]);
  });
  test('of the kubernetes plugin', () => {
    expect(ask(/NS500/, '', file(cluster('cache 30', 'ttl 0')))).toEqual(['NS5002 4: The kubernetes plugin of server block .:53 lets an answer live 0 s at most']);
    expect(ask(/NS500/, '', file(cluster('cache 30', 'ttl 30')))).toEqual([]);
  });
  test('in a ConfigMap the line stands in the sentence', () => {
    expect(ask('NS5002', map(cluster('cache 1')))).toEqual(['NS5002 data.Corefile: The cache of server block .:53 keeps an answer 1 s at most (line 6 of the Corefile)']);
  });
  test('of custom server blocks', () => {
    const custom = `
apiVersion: v1
kind: ConfigMap
metadata: { name: coredns-custom, namespace: kube-system }
data: { corp.server: "corp.example.com:53 {\\n  forward . 10.0.0.2\\n}\\n", other.txt: "{" }
`;
    expect(ask(/NS50[01]/, custom)).toEqual(['NS5005 data["corp.server"]: Server block corp.example.com:53 forwards corp.example.com to 10.0.0.2 without a cache (line 2 of the Corefile)']);
  });
});

describe('loops', () => {
  test.each([
    ['. {\n cache 30\n forward . 127.0.0.1\n}', 1],
    ['. {\n cache 30\n forward . [::1]:53\n}', 1],
    ['. {\n cache 30\n forward . tls://127.0.0.1\n}', 0],
    ['. {\n cache 30\n forward . 127.0.0.1:5353\n}', 0],
    ['. {\n bind 10.0.0.9\n cache 30\n forward . 127.0.0.1\n}', 0],
    ['. {\n bind 169.254.20.10\n cache 30\n forward . 169.254.20.10\n}', 1],
    ['. {\n cache 30\n forward . 127.0.0.53\n}', 0],
  ])('%j', (corefile, count) => {
    expect(ask('NS5012', '', file(corefile))).toHaveLength(count);
  });
  test('resolv.conf of pods that ask the cluster', () => {
    const pods = (policy: string): string => `${map('. {\n kubernetes cluster.local\n cache 30\n forward . /etc/resolv.conf\n}')}---
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system }
spec:
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec: { ${policy} containers: [{ name: coredns, image: "registry.k8s.io/coredns/coredns:v1.12.4" }], volumes: [{ name: config, configMap: { name: coredns } }] }
`;
    expect(ask('NS5012', pods(''))).toEqual([
      'NS5012 data.Corefile: Server block .:53 forwards to /etc/resolv.conf, which names the DNS of the cluster in the pods of Deployment kube-system/coredns: their dnsPolicy is not Default (line 4 of the Corefile)',
    ]);
    expect(ask('NS5012', pods('dnsPolicy: Default,'))).toEqual([]);
  });
});

test('a zone that a more specific block takes', () => {
  const two = (from: string): string => `. {\n cache 30\n forward ${from} 10.0.0.2\n forward . 10.0.0.3\n}\ncorp.example.com {\n cache 30\n forward . 10.0.0.4\n}\n`;
  expect(ask('NS5013', '', file(two('eu.corp.example.com')))).toEqual(['NS5013 3: The forward plugin of server block .:53 is for eu.corp.example.com, which the more specific block corp.example.com:53 serves']);
  expect(ask('NS5013', '', file(two('example.com')))).toEqual([]);
});

test.each([
  ['cache 0', 'cache 0 is no time to live'],
  ['cache {\n success\n }', 'success has no capacity'],
  ['cache {\n prefetch 10 1700\n }', 'prefetch has the duration 1700'],
  ['cache 30\n cache 60', 'The plugin cache stands twice in server block .:53'],
  ['cache {\n sucess 100\n }', 'The cache plugin has no property sucess'],
  ['forward . dns.google', 'forward takes addresses, and dns.google is a name'],
  ['forward .', 'forward . names no name server'],
  ['forward . 10.0.0.1 {\n policy least_conn\n }', 'forward has the policy least_conn'],
  ['kubernetes cluster.local {\n ttl 7200\n }', 'The kubernetes plugin has the ttl 7200'],
  ['kubernetes in-addr.arpa', 'The kubernetes plugin has reverse zones only'],
  ['kubernetes {\n pods verify\n }', 'The kubernetes plugin has the mode pods verify'],
  ['reload 1s', 'reload 1s is below 2 s'],
])('CoreDNS refuses %j', (plugin, message) => {
  expect(ask('NS5016', '', file(`.:53 {\n ${plugin}\n}\n`)).map((finding) => finding.replace(/^NS5016 \d+: /, ''))).toEqual([message]);
});
