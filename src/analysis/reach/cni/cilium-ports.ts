// Names of ports in the rules of callers: until 1.20, Cilium knows one number of a name in the whole cluster, and makes nothing of a name that has several (pkg/types/portmap.go).
import { atLeast } from '../../../core/targets';
import type { ClusterModel } from '../../model/cluster-model';
import type { Endpoint } from '../endpoints';
import type { Policy, PortMatch, Rule } from '../rules';

/** The policies with what older lines do not know of names. */
export function withNamesAsKnown(cluster: ClusterModel, endpoints: readonly Endpoint[], policies: readonly Policy[]): readonly Policy[] {
  if (atLeast(cluster.targets.cilium, '1.20')) return policies;
  const several = namesOfSeveral(endpoints);
  if (several.size === 0) return policies;
  const doubted = (rule: Rule): readonly Rule[] => {
    const isOpen = ({ name }: PortMatch): boolean => name !== undefined && several.has(name);
    const open = rule.ports?.filter(isOpen) ?? [];
    if (open.length === 0 || rule.unknown !== undefined) return [rule];
    const known = rule.ports!.filter((one) => !isOpen(one));
    const unknown = `port ${open[0]!.name!} has several numbers in the cluster, of which Cilium before 1.20 makes none in rules of callers`;
    return [...known.length === 0 ? [] : [{ ...rule, ports: known }], { ...rule, ports: open, unknown }];
  };
  return policies.map((policy) => (policy.direction === 'ingress' ? policy : { ...policy, rules: policy.rules.flatMap(doubted) }));
}

function namesOfSeveral(endpoints: readonly Endpoint[]): ReadonlySet<string> {
  const numbers = new Map<string, number>();
  const several = new Set<string>();
  for (const { namedPorts } of endpoints) {
    for (const [name, ports] of namedPorts) {
      for (const { number, protocol } of ports) {
        const key = `${name}/${protocol}`;
        if ((numbers.get(key) ?? number) !== number) several.add(name);
        numbers.set(key, number);
      }
    }
  }
  return several;
}
