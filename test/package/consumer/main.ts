import { Construct } from 'constructs';
import { App, Chart, ChartProps } from 'cdk8s';
import { Cni, GatewayImplementation, Mesh, Namespace, OrderGateway, Path, Percent, Port, Tls, Workload, ZeroTrustMesh } from 'cdk8s-netstack';
import { ClusterIssuer } from 'cdk8s-netstack/imports/cert-manager.io/v1';
import { PeerAuthentication } from 'cdk8s-netstack/imports/security.istio.io/v1';

export class MyChart extends Chart {
  constructor(scope: Construct, id: string, props: ChartProps = { }) {
    super(scope, id, { namespace: 'shop', ...props });

    new Namespace(this, 'shop');
    const cart = new Workload(this, 'cart', {
      ports: { http: Port.http(8080) },
      versions: { stable: { image: 'registry.example.com/cart:1' }, canary: { image: 'registry.example.com/cart:2' } },
    });
    const gateway = new OrderGateway(this, 'gateway', {
      implementation: GatewayImplementation.envoyGateway(), hostnames: ['shop.example.com'], tls: Tls.clusterIssuer('letsencrypt-prod'),
    });
    gateway.addRoute('cart', { path: Path.prefix('/cart'), to: cart.ports.http, canary: { version: 'canary', percent: Percent.of(3) } });
    new ClusterIssuer(this, 'letsencrypt-prod', { metadata: { name: 'letsencrypt-prod' }, spec: { selfSigned: {} } });
    new ZeroTrustMesh(this, 'mesh', { cni: Cni.cilium(), mesh: Mesh.istio(), stage: 'permissive' });
    new PeerAuthentication(this, 'default', { metadata: { name: 'default', namespace: 'istio-system' }, spec: { mtls: { mode: 'PERMISSIVE' } } });
  }
}

const app = new App();
new MyChart(app, 'consumer');
app.synth();
