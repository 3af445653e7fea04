// The network of one cluster as policies see it: who is there, which layers of policies govern whom. Built once from the documents.
import type { ClusterModel } from '../model/cluster-model';
import { each } from '../model/each';
import type { AddressRange } from '../model/ranges';
import { parseRange } from '../model/ranges';
import { AddressAtoms } from './addresses';
import { readCni } from './cni';
import { EndpointIndex } from './endpoint-index';
import type { IndexOptions } from './endpoint-index';
import type { Endpoint } from './endpoints';
import { endpointsOf } from './endpoints';
import type { Direction } from './flow';
import { readMesh } from './mesh';
import { Points, pointsBeside } from './points';
import type { PeerTerm, Policy, PolicyLayer, PortMatch } from './rules';
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
    const { selectors, ports, ranges, names } = cluster.derive(termsOfCluster);
    const named = [...new Set([...options.names ?? [], ...names])];
    const addresses = new AddressAtoms(options.ranges === undefined ? ranges : [...ranges, ...options.ranges]);
    const index = new EndpointIndex(this.endpoints, selectors, { telling: tellingBy(ports), beside: pointsBeside(addresses, named) });
    this.points = new Points(index, addresses, named, cluster.facts.podCidrs.map(parseRange).filter((one) => one !== undefined));
    this.layers = layers.map((layer): ReadyLayer => ({ layer, table: new PolicyTable(layer, index), rows: new RowMaker(layer, this.points) }));
  }

  /** What the endpoints of a class let through, layer by layer. */
  rowsOf(at: number, direction: Direction): readonly Rows[] {
    const { layers } = this;
    const all = [rowsIn(layers[0]!, at, direction)];
    for (let i = 1; i < layers.length; i++) all.push(rowsIn(layers[i]!, at, direction));
    return all;
  }
}

function rowsIn({ table, rows }: ReadyLayer, at: number, direction: Direction): Rows {
  return rows.rowsOf(table.of(at, direction), direction, at);
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
class Terms {
  readonly selectors: Set<Selector> = new Set();
  /** Names outside that rules spell out. */
  readonly names: Set<string> = new Set();
  readonly ports: Set<string> = new Set();
  private readonly blocks: Map<string, AddressRange> = new Map();

  get ranges(): readonly AddressRange[] {
    return [...this.blocks.values()];
  }

  enterPorts(list: readonly PortMatch[] | undefined): void {
    if (list !== undefined) for (const { name } of list) if (name !== undefined) this.ports.add(name);
  }

  enterTerm(term: PeerTerm): void {
    switch (term.is) {
      case 'pods': this.selectors.add(term.where); break;
      case 'block': for (const range of [term.range, ...term.except]) this.blocks.set(`${range.first}-${range.last}-${range.family}`, range); break;
      case 'name': if (!term.pattern.includes('*')) this.names.add(term.pattern); break;
      case 'any': case 'all': for (const one of term.of) this.enterTerm(one); break;
      case 'not': this.enterTerm(term.of); break;
      default: break;
    }
  }
}

function termsOfCluster(cluster: ClusterModel): Terms {
  const terms = new Terms();
  for (const { policies, notModelled } of cluster.derive(policyLayers)) {
    for (const { subject } of notModelled) if (subject) terms.selectors.add(subject);
    each(policies, enterPolicy, terms);
  }
  return terms;
}

function enterPolicy({ subject, closesPorts, rules }: Policy, terms: Terms): void {
  terms.selectors.add(subject);
  terms.enterPorts(closesPorts);
  for (const { peers, ports, exceptPorts } of rules) {
    terms.enterTerm(peers);
    terms.enterPorts(ports);
    terms.enterPorts(exceptPorts);
  }
}

/** What rules by name ask of ports tells endpoints apart, too. */
function tellingBy(names: ReadonlySet<string>): IndexOptions['telling'] {
  if (names.size === 0) return undefined;
  return ({ namedPorts, group }) => {
    let text = group === undefined ? '\u0005?' : '';
    for (const [name, ports] of namedPorts) if (names.has(name)) for (const { number, protocol } of ports) text += `\u0005${name}:${number}${protocol}`;
    return text;
  };
}
