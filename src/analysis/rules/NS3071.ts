import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import type { Fields, Labels } from '../model/fields';
import { list, record, text } from '../model/fields';
import { matches, requirementsOf } from '../model/selector';
import type { Rule } from './rule';

const webhook = (name: string, selector: string): string => `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: ${name}, labels: { istio.io/rev: ${name} } }
webhooks:
  - name: namespace.sidecar-injector.istio.io
    admissionReviewVersions: [v1]
    sideEffects: None
    clientConfig: { service: { name: istiod-${name}, namespace: istio-system, path: /inject, port: 443 } }
    namespaceSelector: { matchExpressions: [{ ${selector} }] }
    rules: [{ operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods] }]
---
apiVersion: v1
kind: Service
metadata: { name: istiod-${name}, namespace: istio-system }
spec: { ports: [{ name: https-webhook, port: 443, targetPort: 15017 }] }
---`;

export const rule: Rule = {
  id: 'NS3071',
  class: 'breaks',
  title: 'The injection webhooks of Istio contradict each other',
  sees: 'webhooks of several MutatingWebhookConfigurations of Istio that meet the same namespace and pod labels; and webhooks and validators of an external control plane without an address, or with one that is no URL.',
  why: 'A pod for which two revisions of the injector answer is given two sidecars, and does not start. Without an address nothing is injected or checked.',
  fix: 'let each set of labels meet one revision only (istio.io/rev with one value each, one default)',
  covers: ['IST0139', 'IST0163'],
  docs: ['https://istio.io/latest/docs/reference/config/analysis/ist0139/', 'https://istio.io/latest/docs/setup/upgrade/canary/'],
  subjects: ['admissionregistration.k8s.io/MutatingWebhookConfiguration', 'admissionregistration.k8s.io/ValidatingWebhookConfiguration'],
  failing: {
    documents: `${webhook('stable', 'key: istio-injection, operator: In, values: [enabled]')}${webhook('canary', 'key: istio-injection, operator: In, values: [enabled]')}`,
    says: 'A namespace with istio-injection=enabled meets this webhook and namespace.sidecar-injector.istio.io of MutatingWebhookConfiguration stable',
    field: 'webhooks[0]',
  },
  passing: { documents: `${webhook('stable', 'key: istio-injection, operator: In, values: [enabled]')}${webhook('canary', 'key: istio.io/rev, operator: In, values: [canary] }, { key: istio-injection, operator: DoesNotExist')}` },
  check(cluster, report) {
    const hooks = injectors(cluster);
    const revisions = new Set(hooks.flatMap(({ entry, hook }) => [entry.labels['istio.io/rev'], ...selected(hook)]).filter((one) => one !== undefined));
    const said = new Set<object>();
    for (const namespace of combinations('istio-injection', ['enabled', 'disabled'], revisions)) {
      for (const pod of combinations('sidecar.istio.io/inject', ['true', 'false'], revisions)) {
        const meeting = hooks.filter(({ hook }) => meets(hook.namespaceSelector, namespace) && meets(hook.objectSelector, pod));
        const [first] = meeting;
        for (const other of meeting.slice(1)) {
          if (said.has(other) || other.entry === first!.entry) continue;
          said.add(other);
          const who = [describe('A namespace', namespace), describe('a pod', pod)].filter((one) => one !== undefined).join(' and ') || 'A namespace and a pod without labels';
          report(other.entry, ['webhooks', other.index], { message: `${who} meets this webhook and ${String(first!.hook.name)} of ${first!.entry.toString()}`, decidedBy: [first!.entry] });
        }
      }
    }
    for (const entry of [...new Set(hooks.map((one) => one.entry)), ...validators(cluster)]) {
      for (const [index, hook] of list(entry.object.webhooks).map(record).entries()) {
        const { url, service } = record(hook.clientConfig);
        if (service === undefined && text(url) === undefined) report(entry, ['webhooks', index, 'clientConfig'], { message: 'The webhook has neither a Service nor a URL', fix: 'write the address of the control plane' });
        else if (text(url) !== undefined && !URL.canParse(url as string)) report(entry, ['webhooks', index, 'clientConfig', 'url'], { message: 'The address of the control plane is no URL', fix: 'write https://<host>/inject' });
      }
    }
  },
};

interface Injector {
  readonly entry: Entry;
  readonly index: number;
  readonly hook: Fields;
}

function injectors(cluster: ClusterModel): readonly Injector[] {
  return cluster.objects('admissionregistration.k8s.io', 'MutatingWebhookConfiguration').flatMap((entry) =>
    list(entry.object.webhooks).map(record).map((hook, index) => ({ entry, index, hook })).filter(({ hook }) => String(hook.name).endsWith('sidecar-injector.istio.io')));
}

function validators(cluster: ClusterModel): readonly Entry[] {
  return cluster.objects('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration').filter(({ name }) => name === 'istiod-default-validator' || name.startsWith('istio-validator'));
}

/** The revisions that a webhook's selectors name. */
function selected(hook: Fields): readonly string[] {
  return [hook.namespaceSelector, hook.objectSelector].map(record).flatMap((selector) => [
    ...list(selector.matchExpressions).map(record).filter(({ key, operator }) => key === 'istio.io/rev' && operator === 'In').flatMap(({ values }) => list(values).map(String)),
    ...(text(record(selector.matchLabels)['istio.io/rev']) === undefined ? [] : [record(selector.matchLabels)['istio.io/rev'] as string]),
  ]);
}

function combinations(label: string, values: readonly string[], revisions: Iterable<string>): readonly Labels[] {
  const base: Labels[] = [{}, ...values.map((value) => ({ [label]: value }))];
  return [...base, ...[...revisions].slice(0, 10).flatMap((revision) => base.map((labels) => ({ ...labels, 'istio.io/rev': revision })))];
}

function meets(selector: unknown, labels: Labels): boolean {
  if (selector === undefined) return true;
  const requirements = requirementsOf(selector);
  return requirements !== undefined && matches({ 'kubernetes.io/metadata.name': 'any', ...labels }, requirements);
}

function describe(who: string, labels: Labels): string | undefined {
  const words = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ');
  return words === '' ? undefined : `${who} with ${words}`;
}
