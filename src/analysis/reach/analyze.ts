// The door of reachability: documents in, questions answered. `cdk8s-netstack/analysis`, the command line and the matchers all ask here.
import { NetstackError, shorten } from '../../core/errors';
import type { Finding } from '../../core/finding';
import type { ManifestDocument } from '../documents/document';
import type { AnalysisInput } from '../input';
import type { ClusterModel, World } from '../model/cluster-model';
import { suggest } from '../schema/suggest';
import type { ValidateOptions } from '../validate';
import type { ReadSystem } from '../validate';
import { readSystem, validate } from '../validate';
import { keepWarm } from '../warm';
import type { Answer, Question } from './answer';
import { answer } from './answer';
import type { Connectivity } from './connectivity';
import { connectivityOf } from './connectivity';
import type { ConnectivityDiff } from './diff';
import { diffClusters } from './diff';
import type { Explanation } from './explain';
import { explain } from './explain';
import type { ExposureReport } from './exposure';
import { exposureOf, exposureToPeer } from './exposure';
import type { Direction } from './flow';
import { Listing } from './listing';
import type { PeerAndPort } from './peers';
import { parsePeer } from './peers';
import { policyLineOf } from './policy-line';
import type { AskedFlow } from './question';
import { parseFlow, readQuestion } from './question';

export interface AnalyzeOptions extends ValidateOptions {
  /**
   * The cluster that is asked, where the documents are of several.
   *
   * @default - the one that has both ends
   */
  readonly cluster?: string;
}

/**
 * Reads a system, to be asked who can reach whom. What is asked is computed when it is asked.
 *
 * @param input - the documents of a system, with what stands beside them where it is known
 * @throws NetstackError for targets that are not known, and for a cluster that the documents do not have
 */
export function analyze(input: readonly ManifestDocument[] | AnalysisInput, options: AnalyzeOptions = {}): Analysis {
  const line = policyLineOf('documents' in input ? input.documents : input, options.targets, options.overrideTargets);
  if (line === undefined) return new Analysis(readSystem(input, options), options.cluster);
  const { world } = readSystem(input, { ...options, overrideTargets: { ...options.overrideTargets, networkPolicyApi: line } });
  // What is read as an older line serves it is still judged by the line of the targets.
  return new Analysis({ world, findings: () => validate(input, options) }, options.cluster);
}

/** An answer, with whom it is about. */
interface Asked {
  readonly cluster: ClusterModel;
  readonly question: Question;
  readonly answer: Answer;
}

export class Analysis {
  readonly world: World;
  /** The clusters that are asked. */
  readonly clusters: readonly ClusterModel[];
  private readonly read: ReadSystem;

  constructor(read: ReadSystem, cluster?: string) {
    const { world } = read;
    this.world = world;
    this.read = read;
    const names = world.clusters.map(({ facts }) => facts.name ?? '');
    if (cluster !== undefined && !names.includes(cluster)) {
      const meant = suggest(cluster, names);
      throw new NetstackError({ what: `The documents have no cluster ${shorten(cluster)}`, fix: !names.some((name) => name !== '') ? 'the documents name no clusters, so leave it out' : meant === undefined || meant === '' ? `name one of ${names.join(', ')}` : `did you mean ${meant}?` });
    }
    this.clusters = cluster === undefined ? world.clusters : world.clusters.filter(({ facts }) => facts.name === cluster);
  }

  /** What `validate` says of the same documents, which are read once for both. */
  findings(): Finding[] {
    return this.read.findings();
  }

  /**
   * Whether one end can reach another.
   *
   * @param flow - `shop/web -> shop/api:8080 GET /orders`, or the same in parts
   * @throws NetstackError for a peer that does not exist, with the name that was probably meant
   */
  evaluate(flow: string | AskedFlow): Answer {
    return this.ask(flow).answer;
  }

  /**
   * Whether one end can reach another, and why: every hop, the document that decides with its place, and the nearest change that would turn the answer.
   *
   * @param flow - `shop/web -> shop/api:8080 GET /orders`, or the same in parts
   * @throws NetstackError for a peer that does not exist, with the name that was probably meant
   */
  explain(flow: string | AskedFlow): Explanation {
    const { cluster, question, answer: given } = this.ask(flow);
    return explain(cluster, question, given);
  }

  private asked(name: string | undefined): readonly ClusterModel[] {
    const named = name === undefined ? this.clusters : this.clusters.filter(({ facts }) => facts.name === name);
    return named.length === 0 && this.clusters.length === 1 ? this.clusters : named;
  }

  private ask(flow: string | AskedFlow): Asked {
    const asked = typeof flow === 'string' ? parseFlow(flow) : flow;
    const failures: unknown[] = [];
    const answers: Asked[] = [];
    for (const cluster of this.asked(asked.cluster)) {
      try {
        const question = readQuestion(cluster, asked);
        answers.push({ cluster, question, answer: answer(cluster, question) });
      } catch (error) {
        if (!NetstackError.is(error)) throw error;
        failures.push(error);
      }
    }
    const [first, second] = answers;
    if (first === undefined) throw failures[0] ?? new NetstackError({ what: 'There are no documents to ask', fix: 'give files or folders of manifests' });
    // Ends that several clusters have are a question about each of them.
    if (second !== undefined && answers.some((one) => one.answer.outcome !== first.answer.outcome)) {
      const clusters = this.clusters.map(({ facts }) => facts.name ?? '').join(', ');
      throw new NetstackError({ what: `Several clusters have both ends, and answer differently (${clusters})`, fix: 'name one cluster' });
    }
    return first;
  }

  /**
   * What can be reached: by the internet, by workloads of other namespaces and by pods without labels, or by one peer.
   *
   * @throws NetstackError for a peer that no cluster has
   */
  exposure(from?: string): ExposureReport {
    if (from === undefined) return exposureOf(this.clusters);
    if (from === 'internet') return exposureOf(this.clusters, new Set(['internet']));
    const exposures = this.withPeer(from, (cluster, { peer, port }) => {
      if (port !== undefined) throw new NetstackError({ what: `${shorten(from)} names a port of the source`, fix: 'leave it out: sources call from any port' });
      return exposureToPeer(cluster, peer).map((one) => (this.clusters.length > 1 ? { ...one, cluster: cluster.facts.name } : one));
    });
    return { exposures: exposures.flat(), held: 0 };
  }

  /** What changed since an earlier state: pairs that were added, removed, widened and narrowed, each with its cause. */
  diff(base: Analysis): ConnectivityDiff {
    this.keepWarm();
    return diffClusters(base.clusters, this.clusters);
  }

  /**
   * The pairs that are listed: of one peer, where one is given.
   *
   * @throws NetstackError for a peer that no cluster has
   */
  listings(focus?: string, direction?: Direction): readonly Listing[] {
    if (focus === undefined) return this.clusters.map((cluster) => new Listing(cluster));
    return this.withPeer(focus, (cluster, { peer, port }) => {
      if (port !== undefined) throw new NetstackError({ what: `${shorten(focus)} names a port`, fix: 'leave it out: every port is listed' });
      return new Listing(cluster, { peer, direction });
    });
  }

  /** Asks the clusters that have a peer. @throws NetstackError when none has it */
  private withPeer<T>(text: string, ask: (cluster: ClusterModel, peer: PeerAndPort) => T): readonly T[] {
    const failures: unknown[] = [];
    const answers: T[] = [];
    for (const cluster of this.clusters) {
      try {
        answers.push(ask(cluster, parsePeer(cluster, text)));
      } catch (error) {
        if (!NetstackError.is(error)) throw error;
        failures.push(error);
      }
    }
    if (answers.length === 0) throw failures[0] ?? new NetstackError({ what: 'There are no documents to ask', fix: 'give files or folders of manifests' });
    return answers;
  }

  /** Who may connect to whom, of one cluster after the other. */
  connectivity(): readonly Connectivity[] {
    this.keepWarm();
    return this.clusters.map((cluster) => cluster.derive(connectivityOf));
  }

  private keepWarm(): void {
    keepWarm('reachability', this.world.input.documents, (documents) => readSystem(documents).world.clusters.map((cluster) => {
      const connectivity = cluster.derive(connectivityOf);
      connectivity.reader().read(0);
      return connectivity;
    }));
  }
}
