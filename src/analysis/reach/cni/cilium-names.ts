// Peers by their DNS names in Cilium's policies. Their addresses are those that the DNS proxy of the agent has seen answered: a name that no rule lets be asked has none.
import { canonicalName, patternHolds } from '../../model/cilium-names';
import type { ClusterModel } from '../../model/cluster-model';
import type { Fields } from '../../model/fields';
import { list, record, text } from '../../model/fields';
import type { PeerTerm } from '../rules';
import { anyOf } from '../rules';
import type { Selector } from '../selector';
import { both, either, NOBODY } from '../selector';

type NameTest = (host: string) => boolean;

/** Names of several rules: most are spelled out, and are not tried one after the other. */
class NameSet {
  private readonly exact: Set<string> = new Set();
  private readonly patterns: NameTest[] = [];
  private readonly known: Map<string, boolean> = new Map();

  add(name: Fields, test: NameTest): void {
    const exact = text(name.matchName);
    if (exact !== undefined) this.exact.add(canonicalName(exact));
    else this.patterns.push(test);
  }

  has(host: string): boolean {
    let answer = this.known.get(host);
    if (answer === undefined) this.known.set(host, (answer = this.exact.has(canonicalName(host)) || this.patterns.some((test) => test(host))));
    return answer;
  }
}

const NO_NAMES: NameTest = () => false;

/** A policy, as far as its rules speak of DNS. */
export interface AskingPolicy {
  /** Absent for policies of the cluster. */
  readonly namespace: string | undefined;
  readonly spec: Fields;
  readonly subject: Selector;
  /** Equal for subjects that are written alike. */
  readonly subjectKey: string;
}

/** What pods may ask the DNS proxy for. */
export class AskedNames {
  private readonly line: string | undefined;
  /** By the subject of the policy that says so. */
  private readonly bySubject: Map<string, NameSet> = new Map();
  /** Pods that may ask for every name, by namespace; those of policies of the cluster by the empty text. */
  private readonly everything: Map<string, Selector[]> = new Map();
  /** The same, each by its text. */
  private readonly anything: Set<string> = new Set();
  private readonly selectors: Map<string, Selector> = new Map();
  private readonly all: NameSet = new NameSet();

  constructor(cluster: ClusterModel) {
    this.line = cluster.targets.cilium;
  }

  enter(policy: AskingPolicy): void {
    for (const rule of list(policy.spec.egress)) {
      for (const group of list(record(rule).toPorts)) {
        for (const name of list(record(record(group).rules).dns)) this.enterName(policy, record(name));
      }
    }
  }

  private enterName({ namespace = '', subject, subjectKey: key }: AskingPolicy, name: Fields): void {
    const test = this.testOf(name);
    let known = this.bySubject.get(key);
    if (!known) this.bySubject.set(key, (known = new NameSet()));
    known.add(name, test);
    this.all.add(name, test);
    if (!/^\*+$/.test(text(name.matchPattern) ?? '') || this.anything.has(key)) return;
    this.anything.add(key);
    const selectors = this.everything.get(namespace);
    if (selectors) selectors.push(subject);
    else this.everything.set(namespace, [subject]);
  }

  /** Whether pods of a subject may ask for a name, by policies for the same pods. */
  byPolicy(subjectKey: string): NameTest {
    const names = this.bySubject.get(subjectKey);
    return names === undefined ? NO_NAMES : (host) => names.has(host);
  }

  /** Those of a policy's pods that may ask for every name. */
  whoAsksAnything(namespace: string | undefined, subject: Selector, subjectKey: string): Selector {
    if (this.anything.has(subjectKey)) return subject;
    const others = this.whoElseAsksAnything(namespace ?? '');
    return others === NOBODY ? NOBODY : both(subject, others);
  }

  /** One selector for each namespace. */
  private whoElseAsksAnything(home: string): Selector {
    let selector = this.selectors.get(home);
    if (!selector) {
      const subjects = [...this.everything.get('') ?? [], ...home === '' ? [] : this.everything.get(home) ?? []];
      this.selectors.set(home, (selector = subjects.length === 0 ? NOBODY : either(...subjects)));
    }
    return selector;
  }

  /** Whether anybody of the cluster may ask for a name: agents keep the addresses for all pods of their node. */
  byAnybody(host: string): boolean {
    return this.all.has(host);
  }

  testOf({ matchName, matchPattern }: Fields): NameTest {
    const [name, pattern] = [text(matchName), text(matchPattern)];
    if (name !== undefined) {
      const wanted = canonicalName(name);
      return (host) => canonicalName(host) === wanted;
    }
    return (host) => pattern !== undefined && patternHolds(pattern, host, this.line);
  }

  /** The names that a rule means, as far as they can be asked. */
  peer(names: readonly Fields[], asked: NameTest): PeerTerm {
    if (names.length === 1) return this.named(record(names[0]), asked);
    const peers: PeerTerm[] = [];
    for (const name of names) peers.push(this.named(record(name), asked));
    return anyOf(peers);
  }

  private named(name: Fields, asked: NameTest): PeerTerm {
    const test = this.testOf(name);
    return { is: 'name', pattern: canonicalName(String(name.matchName ?? name.matchPattern)), test: (host) => test(host) && asked(host) };
  }
}
