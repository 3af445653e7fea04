// An answer as people and programs read it: every way, every hop, the document that decided with its place, and the nearest change that would turn it.
import type { FindingLocation } from '../../core/finding';
import type { ClusterModel } from '../model/cluster-model';
import type { Entry } from '../model/entry';
import { list, record, text } from '../model/fields';
import { place } from '../place';
import type { Answer, Question } from './answer';
import { answer } from './answer';
import type { Change } from './flip';
import { changesToAllow, changesToDeny } from './flip';
import type { Decider, Hop, LayerName, Outcome } from './flow';
import { networkOf } from './network';
import { printRequest } from './question';
import { nameOfRule } from './say';
import type { Way } from './trace';

/** A document that decided, and where it stands. */
export interface DecidedBy extends FindingLocation {
  /** `NetworkPolicy shop/api`. */
  readonly name: string;
  /** The part of it that decided: `ingress rule 1`, `spec.rules[0]`. Absent for the whole. */
  readonly rule?: string | undefined;
}

export interface ExplainedHop {
  readonly layer: LayerName;
  readonly at: string;
  readonly outcome: Outcome;
  readonly because: string;
  /** What the caller sees: an HTTP status, or a connection that is dropped or reset. */
  readonly answer?: number | 'dropped' | 'reset' | undefined;
  readonly decidedBy: readonly DecidedBy[];
}

/** What would turn the outcome of a way; every change is needed. */
export interface WouldBe {
  readonly outcome: 'allowed' | 'denied';
  readonly changes: ReadonlyArray<{ readonly text: string; readonly at?: DecidedBy | undefined }>;
}

export interface ExplainedWay {
  readonly from: string;
  readonly to: string;
  /** `TCP 8080`. */
  readonly port: string;
  readonly outcome: Outcome;
  /** The only requests that pass, where the question names none. */
  readonly only?: readonly string[] | undefined;
  readonly hops: readonly ExplainedHop[];
  readonly wouldBe?: WouldBe | undefined;
}

/** An answer with everything behind it. */
export interface Explanation {
  readonly cluster?: string | undefined;
  readonly from: string;
  readonly to: string;
  /** `GET /orders`, where the question names a request. */
  readonly request?: string | undefined;
  readonly outcome: Outcome;
  readonly because: string;
  readonly decidedBy: readonly DecidedBy[];
  /** The one that decides first. */
  readonly ways: readonly ExplainedWay[];
}

/** More ways than anybody reads are counted, and their changes not sought. */
const TURNED = 20;

/** Explains the answer to a question about one cluster. */
export function explain(cluster: ClusterModel, question: Question, given: Answer): Explanation {
  const { from, to, outcome, because, decidedBy, ways } = given;
  const request = question.request && printRequest(question.request);
  const rank = (way: Way): number => (way.outcome === outcome ? 0 : 1);
  const token = outcome === 'denied' ? tokenThatAdmits(cluster, question, ways) : undefined;
  return {
    ...cluster.facts.name !== undefined && { cluster: cluster.facts.name }, from, to, ...request !== undefined && { request }, outcome, because, decidedBy: decidedBy.map(placed),
    ways: [...ways].sort((a, b) => rank(a) - rank(b)).map((way, i) => explainWay(cluster, way, i < TURNED, token)),
  };
}

/** A token of an issuer that the deciding documents name, with which the whole question is answered otherwise. */
function tokenThatAdmits(cluster: ClusterModel, question: Question, ways: readonly Way[]): WouldBe | undefined {
  if (question.facts?.jwt !== undefined) return undefined;
  const deciders = ways.flatMap(({ hops }) => hops.filter(asksForToken).flatMap(({ decidedBy }) => decidedBy));
  const issuers = new Set([...deciders.map(({ entry }) => entry), ...authentications(cluster, ways)].flatMap(issuersOf));
  for (const issuer of [...issuers].slice(0, 4)) {
    const { outcome } = answer(cluster, { ...question, facts: { ...question.facts, jwt: { issuer } } });
    if (outcome === 'allowed') return { outcome, changes: [{ text: `the request carried a token of ${issuer}` }] };
  }
  return undefined;
}

/** Whose tokens the mesh takes before what is called: who asks for a principal does not say of which issuer. */
function authentications(cluster: ClusterModel, ways: readonly Way[]): readonly Entry[] {
  const held = ways.filter(({ hops }) => hops.some((hop) => hop.layer === 'mesh' && asksForToken(hop)));
  const homes = new Set(held.flatMap(({ flow }) => (flow?.to.is === 'endpoint' ? [flow.to.endpoint.namespace, 'istio-system'] : [])));
  return homes.size === 0 ? [] : cluster.objects('security.istio.io', 'RequestAuthentication').filter(({ namespace }) => homes.has(namespace));
}

function asksForToken({ outcome, answer: status }: Hop): boolean {
  return outcome === 'denied' && (status === 401 || status === 403);
}

/** Of Envoy Gateway's SecurityPolicy and of Istio's RequestAuthentication. */
function issuersOf({ spec }: Entry): readonly string[] {
  return [...list(record(spec.jwt).providers), ...list(spec.jwtRules)].map((one) => text(record(one).issuer)).filter((issuer) => issuer !== undefined);
}

function explainWay(cluster: ClusterModel, way: Way, turn: boolean, token: WouldBe | undefined): ExplainedWay {
  const { from, to, port, outcome, only, hops } = way;
  const change = token && hops.some(asksForToken) ? token : turn ? turned(cluster, way) : undefined;
  return { from, to, port, outcome, ...only !== undefined && { only }, hops: hops.map(explainHop), ...change && { wouldBe: change } };
}

function explainHop({ layer, at, outcome, because, answer, decidedBy }: Hop): ExplainedHop {
  return { layer, at, outcome, because, ...answer !== undefined && { answer }, decidedBy: decidedBy.map(placed) };
}

/** Policies are changed, and ways in that are missing; what a gateway answers itself is no matter of one rule. */
function turned(cluster: ClusterModel, { flow, outcome, hops, to, port }: Way): WouldBe | undefined {
  if (flow === undefined || outcome === 'undetermined') return undefined;
  const network = cluster.derive(networkOf);
  if (outcome === 'allowed') return wouldBe('denied', changesToDeny(network, flow));
  const other = hops.find((hop) => hop.outcome !== 'allowed' && hop.layer !== 'cni' && hop.layer !== 'mesh');
  if (other === undefined) return wouldBe('allowed', changesToAllow(network, flow));
  if (other.layer !== 'service' || other.decidedBy.length > 0) return undefined;
  const changes = changesToAllow(network, flow);
  return changes && wouldBe('allowed', [{ text: `a Service of type LoadBalancer, a gateway or an Ingress led to ${port} of ${to}` }, ...changes]);
}

function wouldBe(outcome: WouldBe['outcome'], changes: readonly Change[] | undefined): WouldBe | undefined {
  return changes === undefined || changes.length === 0 ? undefined : { outcome, changes: changes.map(({ text, at }) => ({ text, ...at && { at: placed(at) } })) };
}

/** A decider with its place in the file and in the program. */
export function placed({ entry, path }: Decider): DecidedBy {
  const rule = path.some((part) => typeof part === 'number') ? nameOfRule(path) : undefined;
  return { name: entry.toString(), ...rule !== undefined && { rule }, ...place(entry.document, path) };
}

/** `NetworkPolicy shop/api (ingress rule 1)`. */
export function printDecider({ name, rule }: Pick<DecidedBy, 'name' | 'rule'>): string {
  return rule === undefined ? name : `${name} (${rule})`;
}
