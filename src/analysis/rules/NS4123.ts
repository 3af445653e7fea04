import type { HelmValues } from '../model/helm-values';
import { HELM_SUBJECTS, helmValues, isOn, valueAt } from '../model/helm-values';
import { list } from '../model/fields';
import type { AddressRange } from '../model/ranges';
import { overlap, parseRange } from '../model/ranges';
import type { Rule } from './rule';

const RELEASE = (name: string, values: string): string => `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: ${name}, namespace: clusters }
spec:
  interval: 1h
  chart: { spec: { chart: cilium, version: 1.20.2, sourceRef: { kind: HelmRepository, name: cilium } } }
  kubeConfig: { secretRef: { name: ${name} } }
  values: ${values}
---`;

export const rule: Rule = {
  id: 'NS4123',
  class: 'breaks',
  title: 'Clusters of one mesh are not told apart',
  sees: 'sets of values of the chart cilium that take part in a cluster mesh: the same cluster.id or cluster.name twice, an id of 0, and networks of pods that overlap.',
  why: 'Identities and addresses of one cluster are taken for those of the other: policies admit strangers, and packets go to the wrong cluster or nowhere.',
  fix: 'give each cluster an id from 1 to 255, a name and a network of pods of its own',
  covers: ['R23', 'R109'],
  docs: ['https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/'],
  subjects: HELM_SUBJECTS,
  failing: {
    documents: RELEASE('north', '{ cluster: { id: 1, name: north }, clustermesh: { useAPIServer: true } }') + RELEASE('south', '{ cluster: { id: 1, name: south }, clustermesh: { useAPIServer: true } }'),
    says: 'cluster.id 1 is that of HelmRelease clusters/north, too',
    field: 'spec.values.cluster.id',
  },
  passing: { documents: RELEASE('north', '{ cluster: { id: 1, name: north }, clustermesh: { useAPIServer: true } }') + RELEASE('south', '{ cluster: { id: 2, name: south }, clustermesh: { useAPIServer: true } }') },
  checkWorld(world, report) {
    const members = helmValues(world, 'cilium').filter((one) => isOn(valueAt(one, 'clustermesh.useAPIServer')) || isOn(valueAt(one, 'clustermesh.config.enabled')));
    const seen = new Map<string, HelmValues>();
    for (const values of members) {
      for (const field of ['cluster.id', 'cluster.name']) {
        const value = valueAt(values, field);
        if (field === 'cluster.id' && ((value === undefined && values.complete) || value === 0)) {
          report(values.at, values.path(value === undefined ? [] : field.split('.')), { message: 'The cluster takes part in a mesh and has the cluster.id 0' });
          continue;
        }
        if (value === undefined) continue;
        const other = seen.get(`${field} ${String(value)}`);
        if (other) report(values.at, values.path(field.split('.')), { message: `${field} ${String(value)} is that of ${nameOf(other)}, too`, decidedBy: 'object' in other.at ? [other.at] : [] });
        else seen.set(`${field} ${String(value)}`, values);
      }
    }
    members.forEach((values, i) => members.slice(0, Math.min(i, 64)).forEach((other) => {
      const theirs = poolsOf(other);
      const clash = poolsOf(values).find((range) => theirs.some((one) => overlap(range, one)));
      if (clash) report(values.at, values.path(POOL.split('.')), { message: `The network of pods ${clash.text} overlaps that of ${nameOf(other)}`, decidedBy: 'object' in other.at ? [other.at] : [] });
    }));
  },
};

const POOL = 'ipam.operator.clusterPoolIPv4PodCIDRList';

function poolsOf(values: HelmValues): readonly AddressRange[] {
  return list(valueAt(values, POOL)).map(parseRange).filter((range) => range !== undefined);
}

function nameOf({ at }: HelmValues): string {
  return 'object' in at ? at.toString() : at.file;
}
