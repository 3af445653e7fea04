import type { FieldPath } from '../documents/document';
import type { Entry } from '../model/entry';
import type { Fields } from '../model/fields';
import { list, record, text } from '../model/fields';
import { each } from '../model/each';
import type { Report, Rule } from './rule';

const scene = (tls: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: payment, namespace: shop }
spec: { host: api.payment.example.com, trafficPolicy: { tls: { ${tls} } } }
`;

export const rule: Rule = {
  id: 'NS3101',
  class: 'breaks',
  title: 'Istiod refuses a DestinationRule',
  sees: 'what istiod\'s webhook checks of DestinationRules beyond their schema: policies without content, subsets of one name, certificates that a mode needs or does not take, two ways to hash, localities, exportTo; and, as '
    + 'warnings, settings that are ignored.',
  why: 'The webhook refuses the object, and where it is not installed istiod drops it: limits, subsets and TLS settings do not exist.',
  fix: 'write what the message asks for',
  covers: ['IST0106', 'IST0133'],
  docs: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/', 'https://istio.io/latest/docs/reference/config/analysis/ist0106/'],
  subjects: ['networking.istio.io/DestinationRule'],
  failing: {
    documents: scene('mode: MUTUAL, caCertificates: /etc/certs/ca.pem'),
    says: 'MUTUAL needs clientCertificate and privateKey, or credentialName',
    field: 'spec.trafficPolicy.tls.mode',
  },
  passing: { documents: scene('mode: MUTUAL, credentialName: payment-client') },
  check(cluster, report) {
    each(cluster.objects('networking.istio.io', 'DestinationRule'), checkDestination, report);
  },
};

function checkDestination(entry: Entry, report: Report): void {
  policy(entry, entry.spec.trafficPolicy, TOP, report);
  if (entry.spec.subsets !== undefined) subsets(entry, report);
  if (entry.spec.exportTo !== undefined) exportTo(entry, report);
}

function subsets(entry: Entry, report: Report): void {
  const names = new Set<string>();
  for (const [index, subset] of list(entry.spec.subsets).map(record).entries()) {
    const name = String(subset.name);
    if (names.has(name)) report(entry, ['spec', 'subsets', index, 'name'], { message: `Two subsets are called ${name}` });
    names.add(name);
    policy(entry, subset.trafficPolicy, ['spec', 'subsets', index, 'trafficPolicy'], report);
  }
}

const TOP: FieldPath = ['spec', 'trafficPolicy'];

function policy(entry: Entry, given: Fields, path: FieldPath, report: Report): void {
  if (given === undefined) return;
  const fields = record(given);
  if (Object.keys(fields).length === 0) report(entry, path, { message: 'The policy says nothing' });
  if (fields.tunnel !== undefined && fields.proxyProtocol !== undefined) report(entry, [...path, 'proxyProtocol'], { message: 'tunnel and proxyProtocol do not go together' });
  settings(entry, fields, path, report);
  for (const [index, port] of fields.portLevelSettings === undefined ? [] : list(fields.portLevelSettings).map(record).entries()) {
    const at = [...path, 'portLevelSettings', index];
    if (record(port.port).number === undefined) report(entry, at, { message: 'Settings of a port need port.number' });
    if (!['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'].some((key) => port[key] !== undefined)) report(entry, at, { message: 'The settings of the port say nothing' });
    settings(entry, port, at, report);
  }
}

function settings(entry: Entry, { tls, connectionPool, loadBalancer, outlierDetection }: Fields, path: FieldPath, report: Report): void {
  if (tls !== undefined) clientTls(entry, record(tls), [...path, 'tls'], report);
  const { http, tcp } = record(connectionPool);
  if (connectionPool !== undefined && http === undefined && tcp === undefined) report(entry, [...path, 'connectionPool'], { message: 'The connection pool says nothing' });
  if (record(http).h2UpgradePolicy === 'UPGRADE' && record(http).useClientProtocol === true) {
    report(entry, [...path, 'connectionPool', 'http', 'useClientProtocol'], { message: 'useClientProtocol and h2UpgradePolicy UPGRADE contradict each other' });
  }
  const outlier = record(outlierDetection);
  if (typeof outlier.consecutiveLocalOriginFailures === 'number' && outlier.consecutiveLocalOriginFailures > 0 && outlier.splitExternalLocalOriginErrors !== true) {
    report(entry, [...path, 'outlierDetection', 'consecutiveLocalOriginFailures'], { message: 'consecutiveLocalOriginFailures counts only with splitExternalLocalOriginErrors: true' });
  }
  if (loadBalancer !== undefined) balancing(entry, record(loadBalancer), outlierDetection !== undefined, [...path, 'loadBalancer'], report);
}

function clientTls(entry: Entry, tls: Fields, path: FieldPath, report: Report): void {
  const mode = String(tls.mode ?? 'DISABLE');
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL' && tls.insecureSkipVerify !== true) return;
  const has = (...keys: readonly string[]): string | undefined => keys.find((key) => text(tls[key]) !== undefined);
  const named = has('credentialName') !== undefined;
  if ((mode === 'SIMPLE' || mode === 'MUTUAL') && named) {
    const file = has('clientCertificate', 'privateKey', 'caCertificates', 'caCrl');
    if (file !== undefined) report(entry, [...path, file], { message: `${file} and credentialName do not go together: the credential holds all of it` });
  } else if (mode === 'MUTUAL' && (has('clientCertificate') === undefined || has('privateKey') === undefined)) {
    report(entry, [...path, 'mode'], { message: 'MUTUAL needs clientCertificate and privateKey, or credentialName' });
  }
  if (tls.insecureSkipVerify === true) {
    const checked = tls.subjectAltNames !== undefined ? 'subjectAltNames' : has('caCertificates', ...(mode === 'SIMPLE' ? ['credentialName'] : []));
    if (checked !== undefined && (mode === 'SIMPLE' || mode === 'MUTUAL')) report(entry, [...path, checked], { message: `${checked} and insecureSkipVerify contradict each other` });
  }
}

function balancing(entry: Entry, balancer: Fields, outliers: boolean, path: FieldPath, report: Report): void {
  const hash = record(balancer.consistentHash);
  if (typeof hash.minimumRingSize === 'number' && hash.minimumRingSize !== 0) {
    const both = hash.ringHash !== undefined || hash.maglev !== undefined;
    report(entry, [...path, 'consistentHash', 'minimumRingSize'], both ? { message: 'minimumRingSize stands beside ringHash or maglev, and one of them is allowed' }
      : { message: 'minimumRingSize is deprecated: ringHash.minimumRingSize takes its place', severity: 'warning' });
  }
  const size: unknown = record(hash.maglev).tableSize;
  if (typeof size === 'number' && (size >= 5_000_011 || !isPrime(size))) report(entry, [...path, 'consistentHash', 'maglev', 'tableSize'], { message: `tableSize ${size} is no prime below 5000011` });
  const locality = record(balancer.localityLbSetting);
  const [distribute, failover] = [list(locality.distribute).map(record), list(locality.failover).map(record)];
  if (distribute.length > 0 && failover.length > 0) report(entry, [...path, 'localityLbSetting', 'failover'], { message: 'distribute and failover do not go together' });
  for (const [index, one] of distribute.entries()) {
    const sum = Object.values(record(one.to)).reduce<number>((total, weight) => total + Number(weight), 0);
    if (sum !== 100) report(entry, [...path, 'localityLbSetting', 'distribute', index, 'to'], { message: `The shares of the localities make ${sum} and not 100` });
  }
  for (const [index, one] of failover.entries()) {
    if (one.from === one.to) report(entry, [...path, 'localityLbSetting', 'failover', index], { message: `The failover leads from ${String(one.from)} to itself` });
  }
  if ((failover.length > 0 || list(locality.failoverPriority).length > 0) && !outliers) {
    report(entry, [...path, 'localityLbSetting'], { message: 'Without outlierDetection no endpoint is ever found bad, so nothing fails over', fix: 'add outlierDetection beside the load balancer', severity: 'warning' });
  }
}

function isPrime(number: number): boolean {
  if (number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

/** `*` stands alone, nothing stands twice, and a rule for chosen clients stays in its namespace. */
function exportTo(entry: Entry, report: Report): void {
  const all = list(entry.spec.exportTo).map(String);
  const seen = new Set<string>();
  for (const [index, one] of all.entries()) {
    const namespace = one === '.' ? entry.namespace : one;
    if (seen.has(namespace)) report(entry, ['spec', 'exportTo', index], { message: `${one} stands twice in exportTo` });
    seen.add(namespace);
  }
  if (all.includes('*') && all.length > 1) report(entry, ['spec', 'exportTo'], { message: 'exportTo says everybody (*) and somebody' });
  if (entry.spec.workloadSelector !== undefined && all.some((one) => one !== '.' && one !== entry.namespace)) {
    report(entry, ['spec', 'exportTo'], { message: 'A rule with a workloadSelector is for its own namespace, and exportTo goes beyond it' });
  }
}
