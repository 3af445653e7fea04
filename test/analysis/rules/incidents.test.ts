// The seven incidents that must never come back (R1 to R7), each written by hand into the order platform in every layer where it can occur. Each is caught with the sentence that
// an operator needs; what looks like it and is right is not.
import { NetworkApp } from 'cdk8s-netstack';
import { orderPlatform } from '../../../examples/order-platform/platform';
import type { Finding } from '../../../src/analysis';
import { validate } from '../../../src/analysis';
import type { AnalysisInput } from '../../../src/analysis/input';
import { documentsOf } from '../../../src/testing/documents';
import { readRules } from '../../../tools/rules';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Fields = any;

const platform: AnalysisInput = documentsOf(orderPlatform(new NetworkApp({ profile: 'production' })));
const rules = readRules();

/** The order platform, open to every mistake. */
class Mistake {
  readonly input: { documents: Fields[]; terraform: Fields[]; files: Fields[] };

  constructor() {
    const { documents, terraform = [], files = [] } = platform;
    this.input = {
      ...platform,
      documents: documents.map(({ object, ...rest }) => ({ ...rest, object: structuredClone(object) })),
      terraform: terraform.map(({ content, ...rest }) => ({ ...rest, content: structuredClone(content) })),
      files: files.map((file) => ({ ...file })),
    } as never;
  }

  object(kind: string, name: string): Fields {
    const found = this.input.documents.filter(({ object, cluster }) => object.kind === kind && object.metadata.name === name && cluster === 'beijing');
    if (found.length === 0) throw new Error(`the order platform has no ${kind} ${name}`);
    return found[0]!.object;
  }

  remove(kind: string, name: string): void {
    const { object } = { object: this.object(kind, name) };
    this.input.documents = this.input.documents.filter((document) => document.object !== object);
  }

  add(object: object): void {
    const { targets } = this.input.documents.find(({ cluster }) => cluster === 'beijing')!;
    this.input.documents.push({ object, cluster: 'beijing', targets });
  }

  terraform(type: string, name: string): Fields {
    return this.input.terraform[0]!.content.resource[type][name];
  }

  edit(file: string, change: (text: string) => string): void {
    const found = this.input.files.find((one) => one.file.endsWith(file));
    if (!found) throw new Error(`the order platform has no file ${file}`);
    const text = change(found.text);
    if (text === found.text) throw new Error(`nothing was changed in ${file}`);
    found.text = text;
  }
}

function ask(change: (platform: Mistake) => void): Finding[] {
  const mistake = new Mistake();
  change(mistake);
  return validate(mistake.input as AnalysisInput).filter(({ severity }) => severity !== 'info');
}

const sentence = ({ id, where, message }: Finding): string => `${id} ${where.object?.kind ?? where.file} ${where.object?.name ?? ''} ${where.field ?? ''}: ${message}`;

const backends = (mistake: Mistake): Fields => mistake.object('HTTPRoute', 'order-gateway-orders').spec.rules[0].backendRefs;

const corefile = (text: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns', namespace: 'kube-system' }, data: { Corefile: text } });
const KUBERNETES = 'kubernetes cluster.local in-addr.arpa ip6.arpa {\n    ttl 30\n  }';

/** The practice that is broken, what was done, and the words that must be said. */
const INCIDENTS: ReadonlyArray<readonly [practice: string, name: string, change: (platform: Mistake) => void, says: RegExp]> = [
  ['R1', 'the gateway tops out below TLS 1.3 and serves HTTP/3', (p) => (p.object('ClientTrafficPolicy', 'order-gateway-client').spec.tls = { minVersion: '1.2', maxVersion: '1.2' }), /HTTP\/3|TLS ?1\.3/],
  ['R1', 'Cloudflare switches TLS 1.3 off and serves HTTP/3', (p) => (p.terraform('cloudflare_zone_setting', 'example_com_tls_1_3').value = 'off'), /TLS 1\.3|tls_1_3/],
  ['R2', 'the peer configuration is gone', (p) => p.remove('CiliumBGPPeerConfig', 'bgp-rack'), /bgp-rack/],
  ['R2', 'multihop is lost inside one AS', (p) => (p.object('CiliumBGPClusterConfig', 'bgp').spec.bgpInstances[0].peers[0].peerASN = 64512), /64512|iBGP|multihop/i],
  ['R2', 'the hold time is under three keepalives', (p) => (p.object('CiliumBGPPeerConfig', 'bgp-rack').spec.timers.keepAliveTimeSeconds = 47), /hold|keepalive/i],
  ['R2', 'the advertisement lost its label', (p) => (p.object('CiliumBGPAdvertisement', 'bgp').metadata.labels = {}), /advertis/i],
  ['R2', 'Calico announces on the same nodes', (p) => p.add({ apiVersion: 'projectcalico.org/v3', kind: 'BGPPeer', metadata: { name: 'rack' }, spec: { peerIP: '10.47.1.1', asNumber: 64513 } }), /BGP/],
  ['R2', 'MetalLB announces on the same nodes', (p) => p.add({
    apiVersion: 'metallb.io/v1beta2', kind: 'BGPPeer', metadata: { name: 'rack', namespace: 'metallb-system' }, spec: { myASN: 64512, peerASN: 64513, peerAddress: '10.47.1.1' },
  }), /BGP|MetalLB/],
  ['R3', 'a client loses its sidecar', (p) => (p.object('Deployment', 'order-frontend').spec.template.metadata.labels['sidecar.istio.io/inject'] = 'false'), /order-frontend|mTLS|sidecar/],
  ['R3', 'a namespace loses its injection label', (p) => delete p.object('Namespace', 'edge').metadata.labels['istio-injection'], /mTLS|sidecar|mesh/],
  ['R3', 'the scraped port turns STRICT', (p) => delete p.object('PeerAuthentication', 'order-service').spec.portLevelMtls, /9090|metrics|Prometheus/i],
  ['R3', 'a DestinationRule switches mTLS off', (p) => (p.object('DestinationRule', 'order-service').spec.trafficPolicy.tls.mode = 'DISABLE'), /DISABLE/],
  ['R3', 'the port of the rate limits turns STRICT', (p) => delete p.object('PeerAuthentication', 'rate-limit-redis').spec.portLevelMtls, /6379|redis|mTLS/],
  ['R4', 'the host firewall closes UDP 443', (p) => p.edit('ruleset.nft', (text) => text.replace(/^.*udp dport.*(443|@public).*\n/gm, '')), /UDP.*443|443.*UDP/],
  ['R4', 'a policy of the proxies lets TCP through only', (p) => p.add({
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'proxies', namespace: 'envoy-gateway-system' },
    spec: {
      endpointSelector: { matchLabels: { 'gateway.envoyproxy.io/owning-gateway-name': 'order-gateway' } },
      ingress: [{ fromEntities: ['world'], toPorts: [{ ports: [{ port: '10443', protocol: 'TCP' }, { port: '10080', protocol: 'TCP' }] }] }],
    },
  }), /UDP|TCP only/],
  ['R4', 'an announcement of another port', (p) => {
    const [, response] = p.object('HTTPRoute', 'order-gateway-orders').spec.rules[0].filters;
    response.responseHeaderModifier.set.push({ name: 'alt-svc', value: 'h3=":8443"; ma=3600' });
  }, /8443/],
  ['R5', 'the weights are swapped', (p) => ([backends(p)[0].weight, backends(p)[1].weight] = [3, 97]), /97/],
  ['R5', 'the weights do not sum to 100', (p) => (backends(p)[1].weight = 30), /127|100/],
  ['R5', 'all weights are zero', (p) => backends(p).forEach((one: Fields) => (one.weight = 0)), /zero|0|no request|500/i],
  ['R5', 'the mesh sends the canary more', (p) => {
    const service = p.object('VirtualService', 'order-service');
    service.spec.http = [{ route: [
      { destination: { host: 'order-service.order-system.svc.cluster.local', port: { number: 8080 } }, weight: 3 },
      { destination: { host: 'order-service-canary.order-system.svc.cluster.local', port: { number: 8080 } }, weight: 97 },
    ] }];
  }, /97/],
  ['R6', "the Corefile's cluster zone has no cache", (p) => p.edit('Corefile', (text) => text.replace(/ {4}cache 47 \{[^}]*\}\n/, '')), /cache/],
  ['R6', "the Corefile's cluster zone caches too little", (p) => p.edit('Corefile', (text) => text.replace('success 9984 30', 'success 100 30')), /100|9984/],
  ['R6', 'a ConfigMap without cache', (p) => p.add(corefile(`.:53 {\n  errors\n  ${KUBERNETES}\n  forward . /etc/resolv.conf\n}\n`)), /cache/],
  ['R6', 'a ConfigMap with a TTL of a second', (p) => p.add(corefile(`.:53 {\n  ${KUBERNETES}\n  cache 1\n  forward . /etc/resolv.conf\n}\n`)), /1 s|1 second|TTL/],
  ['R7', 'the certificate fills another Secret', (p) => (p.object('Certificate', 'order-gateway-tls').spec.secretName = 'api-tls'), /api-tls-cert/],
  ['R7', 'the certificate is gone', (p) => p.remove('Certificate', 'order-gateway-tls'), /api-tls-cert/],
  ['R7', 'the certificate names another host', (p) => (p.object('Certificate', 'order-gateway-tls').spec.dnsNames = ['www.example.com']), /api\.example\.com/],
  ['R7', 'renewal begins before the certificate does', (p) => Object.assign(p.object('Certificate', 'order-gateway-tls').spec, { duration: '720h', renewBefore: '720h' }), /renew/i],
  ['R7', 'nobody is told that it expires', (p) => p.edit('network.rules', (text) => text.replace(/ {6}- alert: 'CertificateExpiresSoon'[\s\S]*?(?= {6}- alert)/, '')), /when certificates end/],
];

test('the order platform as it is has no finding', () => {
  expect(ask(() => undefined).map(sentence)).toEqual([]);
});

test.each(INCIDENTS)('%s: %s', (practice, _, change, says) => {
  const held = new Set(rules.filter(({ covers = [] }) => covers.includes(practice)).map(({ id }) => id));
  expect(ask(change).filter(({ id }) => held.has(id)).map(sentence).join('\n')).toMatch(says);
});

/** What looks like an incident and is none. */
const NEAR_MISSES: ReadonlyArray<readonly [practice: string, name: string, change: (platform: Mistake) => void]> = [
  ['R1', 'TLS 1.2 is allowed beside 1.3', (p) => (p.object('ClientTrafficPolicy', 'order-gateway-client').spec.tls = { minVersion: '1.2' })],
  ['R1', 'Cloudflare without HTTP/3 and without TLS 1.3', (p) => {
    p.terraform('cloudflare_zone_setting', 'example_com_tls_1_3').value = 'on';
    p.terraform('cloudflare_zone_setting', 'example_com_http3').value = 'off';
  }],
  ['R2', 'a session inside one AS without multihop', (p) => {
    p.object('CiliumBGPClusterConfig', 'bgp').spec.bgpInstances[0].peers[0].peerASN = 64512;
    delete p.object('CiliumBGPPeerConfig', 'bgp-rack').spec.ebgpMultihop;
  }],
  ['R2', 'keepalives at a third of the hold time', (p) => Object.assign(p.object('CiliumBGPPeerConfig', 'bgp-rack').spec.timers, { holdTimeSeconds: 9, keepAliveTimeSeconds: 3 })],
  ['R3', 'a permissive namespace with a client outside', (p) => {
    p.object('Deployment', 'order-frontend').spec.template.metadata.labels['sidecar.istio.io/inject'] = 'false';
    for (const { object } of p.input.documents) if (object.kind === 'PeerAuthentication') object.spec = { ...object.spec, mtls: { mode: 'PERMISSIVE' }, portLevelMtls: undefined };
    for (const { object } of p.input.documents) if (object.kind === 'AuthorizationPolicy') object.metadata.annotations = { ...object.metadata.annotations, 'istio.io/dry-run': 'true' };
  }],
  ['R4', 'a policy of the proxies that lets UDP through', (p) => p.add({
    apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'proxies', namespace: 'envoy-gateway-system' },
    spec: {
      endpointSelector: { matchLabels: { 'gateway.envoyproxy.io/owning-gateway-name': 'order-gateway' } },
      ingress: [{ fromEntities: ['world', 'cluster'], toPorts: [{ ports: [{ port: '10443', protocol: 'ANY' }, { port: '10080', protocol: 'TCP' }] }] }],
    },
  })],
  ['R5', 'a canary of 49 %', (p) => ([backends(p)[0].weight, backends(p)[1].weight] = [51, 49])],
  ['R6', 'the cache that CoreDNS ships with', (p) => p.add(corefile(`.:53 {\n  errors\n  ${KUBERNETES}\n  cache 30\n  forward . /etc/resolv.conf\n}\n`))],
  ['R7', 'a certificate for the whole domain', (p) => (p.object('Certificate', 'order-gateway-tls').spec.dnsNames = ['*.example.com'])],
];

test.each(NEAR_MISSES)('%s, near miss: %s', (practice, _, change) => {
  const opinions = new Set(rules.filter((rule) => rule.class === 'practice' && !(rule.covers ?? []).includes(practice)).map(({ id }) => id));
  expect(ask(change).filter(({ id }) => !opinions.has(id)).map(sentence)).toEqual([]);
});
