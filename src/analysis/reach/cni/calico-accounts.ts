// Labels of service accounts, which selectors of Calico ask for as labels of the pods, behind `pcsa.`.
import { calicoObjects } from '../../model/bgp';
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields, Labels } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { Selector } from '../selector';
import { namespaceOf } from './kubernetes';

const ACCOUNT_FACT = 'account of Calico';

/** Pods whose account is among the documents. */
export const KNOWN_ACCOUNT: Selector = { is: 'exists', field: 'fact', key: ACCOUNT_FACT };

/** Notes the labels of the accounts of all pods, where a policy asks for labels of accounts. */
export function noteAccounts(cluster: ClusterModel, endpoints: readonly Endpoint[]): void {
  if (!['NetworkPolicy', 'GlobalNetworkPolicy'].some((kind) => calicoObjects(cluster, kind).some(({ spec }) => asksForAccounts(spec)))) return;
  const accounts = new Map<string, Labels>(cluster.objects('', 'ServiceAccount').map((entry) => [`${namespaceOf(entry)}/${entry.name}`, entry.labels]));
  for (const endpoint of endpoints) {
    const labels = accounts.get(`${endpoint.namespace}/${endpoint.serviceAccount ?? ''}`);
    if (labels === undefined) continue;
    setFact(endpoint, ACCOUNT_FACT, 'true');
    for (const [key, value] of Object.entries(labels)) setFact(endpoint, `pcsa.${key}`, value);
  }
}

function asksForAccounts(spec: Fields): boolean {
  if (text(spec.serviceAccountSelector) !== undefined || asks(spec)) return true;
  return [...list(spec.ingress), ...list(spec.egress)].map(record).some((rule) => [rule.source, rule.destination].map(record).some(asks));
}

function asks({ selector, notSelector, serviceAccounts }: Fields): boolean {
  return text(record(serviceAccounts).selector) !== undefined || [selector, notSelector].some((one) => text(one)?.includes('pcsa.') === true);
}
