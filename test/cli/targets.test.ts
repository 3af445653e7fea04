import { InvalidArgumentError } from 'commander';
import { addTarget, targetsOfConfig } from '../../src/cli/targets';
import type { NetstackError } from '../../src/core/errors';
import type { Targets } from '../../src/core/targets';

const read = (...texts: string[]): Targets => texts.reduce<Targets>((before, text) => addTarget(text, before), {});

const refused = (text: string): string => {
  try {
    addTarget(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    return (error as Error).message;
  }
  throw new Error(`${text} was taken`);
};

test('systems by their names in kebab case, camel case and short', () => {
  expect(read('kubernetes=1.35', 'envoy-gateway=1.9', 'certManager=1.16')).toEqual({ kubernetes: '1.35', envoyGateway: '1.9', certManager: '1.16' });
  expect(read('k8s=1.32', 'ArgoCD=2.13')).toEqual({ kubernetes: '1.32', argoCd: '2.13' });
  expect(read('istio=1.24', 'istio=1.30')).toEqual({ istio: '1.30' });
  expect(read('istio=latest')).toEqual({ istio: '1.30.3' });
});

test('Gateway API has a version, a channel, or both', () => {
  expect(read('gateway-api=1.6/experimental')).toEqual({ gatewayApi: { version: '1.6', channel: 'experimental' } });
  expect(read('gateway-api=1.6')).toEqual({ gatewayApi: { version: '1.6' } });
  expect(read('gateway-api=experimental')).toEqual({ gatewayApi: { channel: 'experimental' } });
  expect(read('gateway-api=experimental', 'gateway-api=1.2')).toEqual({ gatewayApi: { version: '1.2', channel: 'experimental' } });
});

test.each([
  ['istoi=1.30', 'There is no system "istoi": write istio.'],
  ['istio', '"istio" names no version: write istio=1.30.3.'],
  ['=1.30', 'No system is named: name one of kubernetes, gateway-api, argo-cd, calico, cert-manager, chaos-mesh, cilium, consul-k8s, envoy-gateway, external-dns, flux, grafana-operator, '
    + 'istio, keda, kiali, kyverno, linkerd, metallb, network-policy-api, opentelemetry-operator, prometheus-operator, tailscale, terway, tetragon, traefik.'],
  ['istio=one', '"one" is not a version of istio: give one such as \'1.30.3\'.'],
  ['istio=1.1', 'istio 1.1 is older than 1.24.6, the oldest line that is known: target 1.24.6 or newer.'],
  ['istio=1.30/experimental', '"1.30/experimental" is not a version of istio: only gateway-api has channels: write istio=1.30.'],
  ['gateway-api=1.6/beta', 'Gateway API has no channel "beta": write gateway-api=1.6/standard or gateway-api=1.6/experimental.'],
])('%s is refused in one sentence', (text, message) => {
  expect(refused(text)).toBe(message);
});

describe('targets of netstack.yaml', () => {
  test('as on the command line, and as a mapping', () => {
    expect(targetsOfConfig({ 'kubernetes': '1.35', 'gateway-api': '1.6/experimental', 'istio': 'latest' }, 'netstack.yaml'))
      .toEqual({ kubernetes: '1.35', gatewayApi: { version: '1.6', channel: 'experimental' }, istio: '1.30.3' });
    expect(targetsOfConfig({ gatewayApi: { version: '1.2', channel: 'experimental' } }, 'netstack.yaml')).toEqual({ gatewayApi: { version: '1.2', channel: 'experimental' } });
  });

  test.each<[unknown, string]>([
    [['istio'], 'The targets are ["istio"] (netstack.yaml): give a mapping such as { kubernetes: "1.35", istio: "1.30" }.'],
    [{ istio: 1.3 }, 'The target istio is a number, 1.3 (netstack.yaml): put the version in quotes.'],
    [{ istoi: '1.30' }, 'There is no system "istoi" (netstack.yaml): write istio.'],
    [{ istio: '1.1' }, 'istio 1.1 is older than 1.24.6, the oldest line that is known (netstack.yaml): target 1.24.6 or newer.'],
    [{ istio: null }, 'null is not a version of istio (netstack.yaml): give one such as \'1.30.3\'.'],
  ])('%j is refused in one sentence', (value, message) => {
    try {
      targetsOfConfig(value, 'netstack.yaml');
    } catch (error) {
      const { what, where, fix } = error as NetstackError;
      expect(`${what} (${where}): ${fix}.`).toBe(message);
      return;
    }
    throw new Error('taken');
  });
});
