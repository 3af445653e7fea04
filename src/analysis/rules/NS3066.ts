import { POD_KINDS } from '../model/pods';
import { each } from '../model/each';
import type { PodGroup } from '../model/pods';
import type { Report, Rule } from './rule';

const scene = (annotation: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders }, annotations: { ${annotation} } }
    spec: { containers: [{ name: orders, image: "registry.example.com/orders:1.7.4" }] }
`;

export const rule: Rule = {
  id: 'NS3066',
  class: 'breaks',
  title: 'An annotation of Istio has a value that the injector refuses',
  sees: 'ports, address ranges, numbers, quantities and modes in annotations of pods that Istio\'s injector checks.',
  why: 'The webhook of the injector refuses the pod: the Deployment makes none, and says so in its events only.',
  fix: 'write the value in the form that is told',
  covers: ['IST0125'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0125/', 'https://istio.io/latest/docs/reference/config/annotations/'],
  subjects: [...POD_KINDS],
  failing: {
    documents: scene('traffic.sidecar.istio.io/excludeInboundPorts: "8080-8090"'),
    says: 'traffic.sidecar.istio.io/excludeInboundPorts has 8080-8090, which is no port number',
    field: 'spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"]',
  },
  passing: { documents: scene('traffic.sidecar.istio.io/excludeInboundPorts: "8080, 8090"') },
  check(cluster, report) {
    each(cluster.pods, checkPods, report);
  },
};

function checkPods({ entry, annotations, metadataPath }: PodGroup, report: Report): void {
  if (!entry.sound) return;
  for (const name in annotations) {
    const wrong = CHECKS[name]?.(annotations[name]!);
    if (wrong !== undefined) report(entry, [...metadataPath, 'annotations', name], { message: `${name} has ${wrong}` });
  }
}

type Check = (value: string) => string | undefined;

const ports = (wildcard: boolean): Check => (value) => {
  if (wildcard && value === '*' || value.trim() === '') return undefined;
  const wrong = value.split(',').map((one) => one.trim()).find((one) => !/^\d{1,5}$/.test(one) || Number(one) > 65_535);
  return wrong === undefined ? undefined : `${wrong === '' ? 'an empty item' : wrong}, which is no port number`;
};

const ranges = (wildcard: boolean): Check => (value) => {
  if (wildcard && value === '*' || value === '') return undefined;
  const wrong = value.split(',').find((one) => !/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*)\/\d{1,3}$/.test(one));
  return wrong === undefined ? undefined : `${wrong === '' ? 'an empty item' : wrong}, which is no CIDR`;
};

const whole: Check = (value) => (/^\d{1,10}$/.test(value) && Number(value) <= 4_294_967_295 ? undefined : `${value}, which is no whole number`);
const quantity: Check = (value) => (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(value) ? undefined : `${value}, which is no quantity`);

/** What the injector checks (pkg/kube/inject/validate.go). */
const CHECKS: Readonly<Record<string, Check>> = {
  'traffic.sidecar.istio.io/includeInboundPorts': ports(true),
  'traffic.sidecar.istio.io/excludeInboundPorts': ports(false),
  'traffic.sidecar.istio.io/excludeOutboundPorts': ports(false),
  'traffic.sidecar.istio.io/includeOutboundIPRanges': ranges(true),
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': ranges(false),
  'status.sidecar.istio.io/port': (value) => (/^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? undefined : `${value}, which is no port number`),
  'readiness.status.sidecar.istio.io/initialDelaySeconds': whole,
  'readiness.status.sidecar.istio.io/periodSeconds': whole,
  'readiness.status.sidecar.istio.io/failureThreshold': whole,
  'sidecar.istio.io/interceptionMode': (value) => (['REDIRECT', 'TPROXY', 'NONE'].includes(value) ? undefined : `${value}, and REDIRECT, TPROXY and NONE are known`),
  'sidecar.istio.io/proxyCPU': quantity,
  'sidecar.istio.io/proxyCPULimit': quantity,
  'sidecar.istio.io/proxyMemory': quantity,
  'sidecar.istio.io/proxyMemoryLimit': quantity,
  'prometheus.istio.io/merge-metrics': (value) => (/^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value) ? undefined : `${value}, which is neither true nor false`),
};
