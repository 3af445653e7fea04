// The network of one cluster as policies see it: who is there, which layers of policies govern whom. Built once from the documents.
import type { ClusterModel } from '../model/cluster-model';
import type { AddressRange } from '../model/ranges';
import { parseRange } from '../model/ranges';
import { AddressAtoms } from './addresses';
import { readCni } from './cni';
import { EndpointIndex } from './endpoint-index';
import type { Endpoint } from './endpoints';
import { endpointsOf } from './endpoints';
import type { Direction } from './flow';
import { readMesh } from './mesh';
import { Points, pointsBeside } from './points';
import type { PeerTerm, PolicyLayer, PortMatch } from './rules';
import { RowMaker } from './rows';
import type { Rows } from './rows';
import type { Selector } from './selector';
import { PolicyTable } from './table';

/** What a question may name beyond the documents. */
export interface NetworkOptions {
  /** Blocks of addresses that are asked for. */
  readonly ranges?: readonly AddressRange[];
  /** Names outside that are asked for. */
  readonly names?: readonly string[];
}

/** One layer, ready to be asked. */
export interface ReadyLayer {
  readonly layer: PolicyLayer;
  readonly table: PolicyTable;
  readonly rows: RowMaker;
}

export class Network {
  readonly cluster: ClusterModel;
  readonly endpoints: readonly Endpoint[];
  readonly points: Points;
  readonly layers: readonly ReadyLayer[];

  constructor(cluster: ClusterModel, options: NetworkOptions = {}) {
    this.cluster = cluster;
    this.endpoints = cluster.derive(endpointsOf);
    // Every layer reads its documents, and marks endpoints with what its selectors ask for, before endpoints are told apart.
    const layers = cluster.derive(policyLayers);
    const { selectors, telling, ranges, names } = cluster.derive(termsOfCluster);
    const named = options.names === undefined ? names : [...new Set([...options.names, ...names])];
    const addresses = new AddressAtoms(options.ranges === undefined ? ranges : [...ranges, ...options.ranges]);
    const index = new EndpointIndex(this.endpoints, selectors, { telling, beside: pointsBeside(addresses, named) });
    this.points = new Points(index, addresses, named, cluster.facts.podCidrs.map(parseRange).filter((one) => one !== undefined));
    this.layers = layers.map((layer): ReadyLayer => ({ layer, table: new PolicyTable(layer, index), rows: new RowMaker(layer, this.points) }));
  }

  /** What the endpoints of a class let through, layer by layer. */
  rowsOf(at: number, direction: Direction): readonly Rows[] {
    return this.layers.map(({ table, rows }) => rows.rowsOf(table.of(at, direction), direction, at));
  }
}

/** The network of a cluster, for questions that name nothing new: `cluster.derive(networkOf)`. */
export function networkOf(cluster: ClusterModel): Network {
  return new Network(cluster);
}

function policyLayers(cluster: ClusterModel): readonly PolicyLayer[] {
  const endpoints = cluster.derive(endpointsOf);
  return [readCni(cluster, endpoints), ...readMesh(cluster, endpoints)];
}

/** Everything that policies name. */
interface Terms {
  readonly selectors: ReadonlySet<Selector>;
  readonly ranges: readonly AddressRange[];
  /** Names outside that rules spell out. */
  readonly names: readonly string[];
  readonly telling: ((endpoint: Endpoint) => string) | undefined;
}

function termsOfCluster(cluster: ClusterModel): Terms {
  const selectors = new Set<Selector>();
  const ranges = new Map<string, AddressRange>();
  const names = new Set<string>();
  const ports = new Set<string>();
  for (const { policies, notModelled } of cluster.derive(policyLayers)) {
    for (const { subject } of notModelled) if (subject) selectors.add(subject);
    for (const policy of policies) {
      selectors.add(policy.subject);
      enterPorts(policy.closesPorts);
      for (const rule of policy.rules) {
        enterTerm(rule.peers);
        enterPorts(rule.ports);
        enterPorts(rule.exceptPorts);
      }
    }
  }
  return { selectors, ranges: [...ranges.values()], names: [...names], telling: tellingBy(ports) };

  function enterPorts(list: readonly PortMatch[] = NO_PORTS): void {
    for (const { name } of list) if (name !== undefined) ports.add(name);
  }

  function enterTerm(term: PeerTerm): void {
    switch (term.is) {
      case 'pods': selectors.add(term.where); break;
      case 'block': for (const range of [term.range, ...term.except]) ranges.set(`${range.first}-${range.last}-${range.family}`, range); break;
      case 'name': if (!term.pattern.includes('*')) names.add(term.pattern); break;
      case 'any': case 'all': for (const one of term.of) enterTerm(one); break;
      case 'not': enterTerm(term.of); break;
      default: break;
    }
  }
}

const NO_PORTS: readonly PortMatch[] = [];

/** What rules by name ask of ports tells endpoints apart, too. */
function tellingBy(names: ReadonlySet<string>): Terms['telling'] {
  if (names.size === 0) return undefined;
  return ({ namedPorts, group }) => {
    let text = group === undefined ? '\u0005?' : '';
    for (const [name, ports] of namedPorts) if (names.has(name)) for (const { number, protocol } of ports) text += `\u0005${name}:${number}${protocol}`;
    return text;
  };
}
