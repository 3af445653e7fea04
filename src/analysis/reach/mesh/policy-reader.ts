// The rules of AuthorizationPolicies, for one kind of proxy. Most policies of a system ask for the same things in the same words: those share their rules, so that everybody who
// asks rules later knows them again.
import type { AuthzPolicy, AuthzRule } from '../../model/mesh-authz';
import type { Rule } from '../rules';
import { conditionOf } from './clauses';
import { matching, meet } from './port-sets';
import type { PortSet } from './port-sets';
import { ByWords, numberOf } from './same-words';
import type { Meaning, ReadingContext } from './sources';
import { RuleReader } from './sources';

/** What Envoy answers a request that a policy refuses. */
export const FORBIDDEN = 403;

/** Reads what policies ask for, for one context. Policies that are written alike share their rules. */
export class PolicyReader {
  private readonly context: ReadingContext;
  private readonly reader: RuleReader;
  /** By the ports, and by what is written. */
  private readonly known: Map<PortSet, ByWords<readonly Rule[]>> = new Map();

  constructor(context: ReadingContext) {
    this.context = context;
    this.reader = new RuleReader(context);
  }

  /** The rules of a policy, for some ports. `asked`: who is asked besides, so that nobody here knows the answer. */
  rulesOf({ rules }: AuthzPolicy, ports: PortSet, asked: string | undefined): readonly Rule[] {
    if (rules.length === 0) return NO_RULES;
    if (asked !== undefined) return this.read(rules, ports, asked);
    let known = this.known.get(ports);
    if (!known) this.known.set(ports, (known = new ByWords()));
    const number = numberOf(rules);
    let read = known.get(rules, number);
    if (!read) known.set(rules, number, (read = this.read(rules, ports, undefined)));
    return read;
  }

  private read(rules: readonly AuthzRule[], ports: PortSet, asked: string | undefined): readonly Rule[] {
    const read: Rule[] = [];
    for (let i = 0; i < rules.length; i++) {
      const meanings = this.reader.meaningsOf(rules[i]!) ?? NO_MEANINGS;
      for (let k = 0; k < meanings.length; k++) this.add(read, rules[i]!, meanings[k]!, ports, asked);
    }
    return read;
  }

  private add(read: Rule[], { path }: AuthzRule, { peers, ports: meant, clauses, unknown }: Meaning, ports: PortSet, asked: string | undefined): void {
    const common = meet(meant, ports);
    if (common.length === 0) return;
    const { allow, http } = this.context;
    read.push({
      action: allow ? 'allow' : 'deny', path, peers, ports: matching(common), requests: clauses.length > 0 ? [conditionOf(clauses)] : undefined,
      status: http ? FORBIDDEN : undefined, unknown: asked ?? unknown,
    });
  }
}

const NO_RULES: readonly Rule[] = [];
const NO_MEANINGS: readonly Meaning[] = [];
