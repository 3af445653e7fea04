// Large clusters under many network policies, always the same ones: workloads of apps, tiers and teams, and policies whose peers are chosen by them.
import type { KubernetesObject } from '../src/analysis';

export interface ClusterSize {
  readonly workloads: number;
  readonly policies: number;
  /** Labels that tell workloads apart. @default 2500 */
  readonly apps?: number;
  /** Policies that look at requests, too. @default 0 */
  readonly requests?: number;
}

const NAMESPACES = 100;
const TIERS = ['web', 'api', 'data'];
const PORTS = [80, 443, 8080, 8443, 9090, 5432, 6379, 3306, 9092, 53, 22, 8000];

type Labels = Readonly<Record<string, string>>;

export function cluster({ workloads, policies, apps = 2500, requests = 0 }: ClusterSize): readonly KubernetesObject[] {
  const random = generator(5);
  const objects: KubernetesObject[] = Array.from({ length: NAMESPACES }, (_, i) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `ns${i}` } }));
  for (let i = 0; i < workloads; i++) {
    const app = random(apps);
    const labels: Labels = { app: `app${app}`, tier: TIERS[app % 3]!, team: `team${app % 40}`, track: random(10) === 0 ? 'canary' : 'stable' };
    objects.push({
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `w${i}`, namespace: `ns${app % NAMESPACES}` },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.example.com/app:1.7.4' }] } } },
    });
  }
  const select = (): Labels => {
    const kind = random(10);
    if (kind < 6) return { app: `app${random(apps)}` };
    if (kind < 8) return { team: `team${random(40)}`, tier: TIERS[random(3)]! };
    return kind < 9 ? { tier: TIERS[random(3)]!, track: 'stable' } : {};
  };
  for (let i = 0; i < policies; i++) {
    const subject = select();
    const home = subject.app === undefined ? random(NAMESPACES) : Number(subject.app.slice(3)) % NAMESPACES;
    const direction = random(4) === 0 ? 'egress' : 'ingress';
    const peers = Array.from({ length: 1 + random(4) }, () => ({ ...random(2) === 0 && { namespaceSelector: {} }, podSelector: { matchLabels: select() } }));
    objects.push({
      apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: `p${i}`, namespace: `ns${home}` },
      spec: {
        podSelector: { matchLabels: subject }, policyTypes: [direction === 'egress' ? 'Egress' : 'Ingress'],
        [direction]: [{ [direction === 'egress' ? 'to' : 'from']: peers, ports: [{ port: PORTS[random(PORTS.length)] }] }],
      },
    });
  }
  for (let i = 0; i < requests; i++) {
    const app = random(apps);
    objects.push({
      apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: `r${i}`, namespace: `ns${app % NAMESPACES}` },
      spec: {
        endpointSelector: { matchLabels: { app: `app${app}` } },
        ingress: [{
          fromEndpoints: [{ matchLabels: { team: `team${random(40)}` } }],
          toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }], rules: { http: [{ method: 'GET', path: `/api/v${i % 7}/.*` }] } }],
        }],
      },
    });
  }
  return objects;
}

/** Numbers below a limit, the same in every run. */
function generator(start: number): (limit: number) => number {
  let seed = start;
  return (limit) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}
