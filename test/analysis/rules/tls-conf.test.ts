// Hops whose TLS range is a text or a field of its own (nginx, HAProxy, Consul, Contour), and HTTP/3 behind Calico's policies.
import { ask } from './gateway-ask';

const server = (image: string, key: string, text: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: conf, namespace: edge }
data:
  ${key}: |
${text.split('\n').map((line) => `    ${line}`).join('\n')}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: front, namespace: edge }
spec:
  selector: { matchLabels: { app: front } }
  template:
    metadata: { labels: { app: front } }
    spec:
      containers: [{ name: front, image: "${image}", volumeMounts: [{ name: conf, mountPath: /etc/conf }] }]
      volumes: [{ name: conf, configMap: { name: conf } }]
`;
const nginx = (protocols: string, listen: string = 'listen 443 quic reuseport;\n  listen 443 ssl;'): string => server('nginx:1.29.3', 'default.conf', `server {\n  ${listen}\n  ${protocols}\n}`);

test('nginx serves HTTP/3 and lost TLS 1.3', () => {
  expect(ask('NS2001', nginx('ssl_protocols TLSv1.2;'))).toEqual(['data["default.conf"]: nginx in Deployment edge/front listens for QUIC and allows TLS 1.2 at most: nginx refuses to start']);
  expect(ask('NS2001', nginx('ssl_protocols TLSv1.2 TLSv1.3;'))).toEqual([]);
  expect(ask('NS2001', nginx('# ssl_protocols TLSv1.2;'))).toEqual([]);
  expect(ask('NS2001', nginx('ssl_protocols TLSv1.2;', 'listen 443 ssl;'))).toEqual([]);
});

test('nginx and HAProxy shut TLS 1.3 out', () => {
  expect(ask('NS2002', nginx('ssl_protocols TLSv1.1 TLSv1.2;', 'listen 443 ssl;'))).toEqual(['data["default.conf"]: nginx in Deployment edge/front allows TLS 1.2 at most']);
  expect(ask('NS2002', nginx('ssl_protocols TLSv1.2 TLSv1.3;', 'listen 443 ssl;'))).toEqual([]);
  const haproxy = (options: string): string => server('haproxy:3.2.6', 'haproxy.cfg', `global\n  ${options}\nfrontend web\n  bind :443 ssl crt /etc/ssl/web.pem`);
  expect(ask('NS2002', haproxy('ssl-default-bind-options ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2'))).toEqual(['data["haproxy.cfg"]: HAProxy in Deployment edge/front allows TLS 1.2 at most']);
  expect(ask('NS2002', haproxy('ssl-default-bind-options no-tlsv13'))).toHaveLength(1);
  expect(ask('NS2002', haproxy('ssl-default-bind-options ssl-min-ver TLSv1.2'))).toEqual([]);
  // Towards servers it is the server's choice.
  expect(ask('NS2002', haproxy('ssl-default-server-options ssl-max-ver TLSv1.2'))).toEqual([]);
});

test('Consul and Contour shut TLS 1.3 out', () => {
  const mesh = (max: string): string => `
apiVersion: consul.hashicorp.com/v1alpha1
kind: Mesh
metadata: { name: mesh, namespace: consul }
spec: { tls: { incoming: { tlsMinVersion: TLSv1_2, tlsMaxVersion: ${max} } } }
`;
  expect(ask('NS2002', mesh('TLSv1_2'))).toEqual(['spec.tls.incoming.tlsMaxVersion: Mesh consul/mesh allows TLS 1.2 at most']);
  expect(ask('NS2002', mesh('TLSv1_3'))).toEqual([]);
  const proxy = (max: string): string => `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: web, namespace: edge }
spec: { virtualhost: { fqdn: www.example.com, tls: { secretName: web-tls, maximumProtocolVersion: "${max}" } } }
`;
  expect(ask('NS2002', proxy('1.2'))).toEqual(['spec.virtualhost.tls.maximumProtocolVersion: HTTPProxy edge/web allows TLS 1.2 at most']);
  expect(ask('NS2002', proxy('1.3'))).toEqual([]);
});

test('Calico lets TCP in and no UDP', () => {
  const policy = (udp: string): string => `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: front, namespace: edge }
spec:
  selector: app == 'front'
  types: [Ingress]
  ingress: [{ action: Allow, protocol: TCP, destination: { ports: [443] } }${udp}]
---`;
  const front = nginx('ssl_protocols TLSv1.3;');
  expect(ask('NS2011', `${policy('')}${front}`)).toEqual(['spec: Port 443 of nginx in Deployment edge/front serves HTTP/3, and NetworkPolicy edge/front lets outside clients reach its pods at port 443 over TCP only']);
  expect(ask('NS2011', `${policy(', { action: Allow, protocol: UDP, destination: { ports: [443] } }')}${front}`)).toEqual([]);
  expect(ask('NS2011', `${policy(', { action: Allow }')}${front}`)).toEqual([]);
});
