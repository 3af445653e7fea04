import { list, record, text } from '../model/fields';
import type { Rule } from './rule';

const SYSTEM = (more: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system }
spec:
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec: { dnsPolicy: Default, containers: [{ name: coredns, image: "registry.k8s.io/coredns/coredns:v1.12.4" }] }
${more}`;

export const rule: Rule = {
  id: 'NS5023',
  class: 'practice',
  title: 'Nobody scales or watches the DNS of the cluster',
  sees: 'a CoreDNS whose Deployment is among the documents, without a HorizontalPodAutoscaler or a proportional autoscaler for it, and without any rule on its metrics (coredns_…) or a monitor that reads them.',
  why: 'Each call of each program begins with a lookup: a CoreDNS that is too small or failing slows down everything, and looks like everything.',
  fix: 'add an autoscaler for the Deployment, and alerts on errors (above 1 %) and latency of coredns_dns_responses_total and coredns_dns_request_duration_seconds',
  covers: ['R86', 'R87', 'R90'],
  docs: ['https://kubernetes.io/docs/tasks/administer-cluster/dns-horizontal-autoscaling/'],
  subjects: ['apps/Deployment'],
  failing: { documents: SYSTEM(''), says: 'The DNS of the cluster has no autoscaler and no alert on its metrics', field: 'metadata.name' },
  passing: {
    documents: SYSTEM(`---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: coredns, namespace: kube-system }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: coredns }, minReplicas: 2, maxReplicas: 10 }
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: { name: dns, namespace: monitoring }
spec: { groups: [{ name: dns, rules: [{ alert: DnsErrors, expr: "sum(rate(coredns_dns_responses_total{rcode=\\"SERVFAIL\\"}[5m])) / sum(rate(coredns_dns_responses_total[5m])) > 0.01" }] }] }
`),
  },
  check(cluster, report) {
    if (cluster.open) return;
    const dns = cluster.pods.find(({ entry, labels, spec }) => entry.kind === 'Deployment' && entry.namespace === 'kube-system' && labels['k8s-app'] === 'kube-dns'
      && list(spec.containers).some((container) => String(record(container).image).includes('coredns')));
    if (!dns) return;
    const { name, namespace } = dns.entry;
    const scaled = cluster.objects('autoscaling', 'HorizontalPodAutoscaler').some((one) => one.namespace === namespace && one.spec.scaleTargetRef.name === name)
      || cluster.pods.some(({ spec }) => list(spec.containers).some((container) => /proportional-autoscaler/.test(String(record(container).image))));
    const rules = [
      ...cluster.objects('monitoring.coreos.com', 'PrometheusRule').flatMap(({ spec }) => list(spec.groups).flatMap((group) => list(record(group).rules).map((one) => String(record(one).expr)))),
      ...cluster.world.files('prometheus').map((file) => file.text),
    ];
    const watched = rules.some((expression) => expression.includes('coredns_') || expression.includes('kubedns'))
      || cluster.objects('monitoring.coreos.com', 'ServiceMonitor').some(({ spec }) => /dns/.test(JSON.stringify(spec.selector)) && text(spec.jobLabel) !== undefined);
    const missing = [...scaled ? [] : ['no autoscaler'], ...watched ? [] : ['no alert on its metrics']];
    if (missing.length > 0) report(dns.entry, ['metadata', 'name'], { message: `The DNS of the cluster has ${missing.join(' and ')}` });
  },
};
