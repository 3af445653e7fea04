import { Chart } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { TerraformCompanion } from '../../src/app/terraform/companion';
import { NetstackError } from '../../src/core/errors';
import { Hostname } from '../../src/core/hostname';
import { Path } from '../../src/core/path';
import { Port } from '../../src/core/port';
import type { IRoute } from '../../src/core/route';
import { SecretRef } from '../../src/core/secret-ref';
import { TerraformVariable } from '../../src/core/terraform-variable';
import { EdgeTunnel } from '../../src/edge/edge-tunnel';
import type { EdgeTunnelProps } from '../../src/edge/edge-tunnel';
import { Workload } from '../../src/workload';

export const TOKEN: SecretRef = SecretRef.existing('cloudflared', 'token');
export const ACCOUNT: TerraformVariable = TerraformVariable.named('cloudflare_account_id');

export function route(chart: Chart, hostnames: string[] = ['api.example.com'], name: string = 'proxy'): IRoute {
  const proxy = Workload.external(chart, name, { namespace: 'gateways', labels: { app: name }, ports: { https: Port.https(10443) }, service: 'envoy-order' });
  return {
    peer: proxy.peer,
    hostnames: hostnames.map((hostname) => Hostname.of(hostname)),
    paths: [Path.prefix('/api/v1/orders')],
    entry: proxy.ports.https,
    service: { name: 'envoy-order', namespace: 'gateways', port: 443, scheme: 'https' },
  };
}

export function setUp(props: Partial<EdgeTunnelProps> = {}, hostnames?: string[]): { app: NetworkApp; chart: Chart; edge: EdgeTunnel } {
  const app = new NetworkApp();
  const chart = new Chart(app, 'edge', { namespace: 'edge' });
  const edge = new EdgeTunnel(chart, 'order', { zone: 'example.com', account: ACCOUNT, token: TOKEN, publish: [route(chart, hostnames)], ...props });
  return { app, chart, edge };
}

export interface TerraformJson {
  readonly resource: Record<string, Record<string, Record<string, unknown>>>;
  readonly terraform: Record<string, unknown>;
  readonly variable: Record<string, unknown>;
}

export function terraform(app: NetworkApp, stack: string = 'edge'): TerraformJson {
  const files = TerraformCompanion.of(app).render();
  return JSON.parse(files.find(({ path }) => path === `${stack}/cdk.tf.json`)!.content) as TerraformJson;
}

export const problem = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (!NetstackError.is(error)) throw error;
    return (error as Error).message.replace(/ \((?:[^()]*, )?[^()]*:\d+\)/, '');
  }
  return 'nothing was thrown';
};
