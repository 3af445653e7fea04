import { ApiObject, Chart, JsonPatch, Testing } from 'cdk8s';
import { EdgeTunnel, NetworkApp, SecretRef } from 'cdk8s-netstack';
import { validate } from 'cdk8s-netstack/analysis';
import 'cdk8s-netstack/testing';
import { MyChart } from './main';

describe('a project of the cdk8s template', () => {
  test('its manifests pass their schemas', () => {
    const chart = new MyChart(Testing.app(), 'test-chart');
    expect(chart).toHaveNoFindings();
    expect(typeof validate).toBe('function');
  });

  test('the same under NetworkApp', () => {
    const app = new NetworkApp();
    new MyChart(app, 'test-chart');
    expect(app).toHaveNoFindings();
  });

  test('who reaches whom', () => {
    const app = new NetworkApp();
    new MyChart(app, 'test-chart');
    expect(app).toDeny('cidr:192.0.2.1 -> shop/cart:8080');
    expect(app).toRoute('https://shop.example.com/cart', 'shop/cart', { weight: 97 });
    expect(() => expect(app).toAllow({ from: 'shop/crt', to: 'shop/cart', port: 8080 })).toThrow('did you mean shop/cart?');
  });

  test('a wrong manifest is found', () => {
    const app = new NetworkApp();
    const chart = new MyChart(app, 'test-chart');
    ApiObject.of(chart.node.findChild('default')).addJsonPatch(JsonPatch.replace('/spec/mtls/mode', 'ON'));
    expect(() => expect(app).toHaveNoFindings()).toThrow(/NS0014/);
  });

  test('an edge without the Terraform packages is one clear sentence', () => {
    const chart = new Chart(Testing.app(), 'edge');
    expect(() => new EdgeTunnel(chart, 'edge', { zone: 'example.com', account: '0'.repeat(32), token: SecretRef.existing('cloudflared', 'token') }))
      .toThrow(/^Terraform output needs cdktf and @cdktf\/provider-cloudflare, which are not installed \(.*\): run npm install cdktf@\^0\.21 @cdktf\/provider-cloudflare@\^13\.9\.$/);
  });
});
