// Who can reach whom, in tests. What nobody knows fails a matcher and its `.not`.
import { Construct } from 'constructs';
import type { Analysis, AskedFlow, DecidedBy, Explanation, Outcome } from '../analysis';
import { analyze as analyzeDocuments, readProject, runOptions } from '../analysis';
import { printDecider } from '../analysis/reach/explain';
import { printExplanation } from '../analysis/reach/print/answer';
import { NetstackError, shorten } from '../core/errors';
import { requireOptions } from '../core/shape';
import { documentsOf } from './documents';
import type { Testable } from './documents';
import type { AskedConnection, DecidedByExpectation } from './flows';
import { describeConnection, questionsOf } from './flows';
import type { MatcherResult } from './matchers';

/** What the matchers take: an app, a chart (its whole app counts), manifests, or what `analyze` returned. */
export type Reachable = Testable | Analysis;

/** What jest and vitest give a matcher. */
export interface MatcherContext {
  readonly isNot?: boolean;
}

export interface AllowOptions {
  /** The document that decides: `NetworkPolicy shop/api`, `shop/api`, or the construct that made it. @default - any */
  readonly decidedBy?: DecidedByExpectation;
}

export interface DenyOptions extends AllowOptions {
  /** What the caller sees: an HTTP status. @default - any */
  readonly answer?: number;
}

/** Reads an app, a chart (its whole app counts) or manifests once, for many questions. */
export function analyze(subject: Reachable): Analysis {
  if (isAnalysis(subject)) return subject;
  const input = documentsOf(subject);
  const { options } = runOptions(readProject(process.cwd()));
  return analyzeDocuments(input, options);
}

function isAnalysis(subject: unknown): subject is Analysis {
  return typeof subject === 'object' && subject !== null && !Construct.isConstruct(subject) && typeof (subject as { evaluate?: unknown }).evaluate === 'function';
}

/**
 * Passes when a connection is allowed through every layer: `expect(app).toAllow('shop/web -> shop/api:8080 GET /orders')`. Of several sources, targets or requests all must be.
 *
 * @throws NetstackError for a peer that does not exist, with the name that was probably meant
 */
export function toAllow(this: MatcherContext | void, subject: Reachable, connection: AskedConnection, options: AllowOptions = {}): MatcherResult {
  requireOptions(options, { decidedBy: true }, 'what toAllow is given');
  return outcomeIs(this, 'allowed', subject, connection, options);
}

/**
 * Passes when a connection is denied by some layer: `expect(app).toDeny('internet -> shop/db:5432', { decidedBy: 'NetworkPolicy shop/default-deny' })`.
 *
 * @throws NetstackError for a peer that does not exist, with the name that was probably meant
 */
export function toDeny(this: MatcherContext | void, subject: Reachable, connection: AskedConnection, options: DenyOptions = {}): MatcherResult {
  requireOptions(options, { decidedBy: true, answer: true }, 'what toDeny is given');
  return outcomeIs(this, 'denied', subject, connection, options);
}

function outcomeIs(context: MatcherContext | void, wanted: 'allowed' | 'denied', subject: Reachable, connection: AskedConnection, { decidedBy, answer }: DenyOptions): MatcherResult {
  const analysis = analyze(subject);
  const explanations = questionsOf(connection).map((question) => analysis.explain(question));
  const said = describeConnection(connection);
  const unknown = explanations.find(({ outcome }) => outcome === 'undetermined');
  if (unknown) return undetermined(context, `Whether ${said} is ${wanted}`, printExplanation(unknown));
  const other = explanations.find(({ outcome }) => outcome !== wanted);
  if (other) return { pass: false, message: () => `Expected ${said} to be ${wanted}, and it is ${other.outcome}.\n\n${printExplanation(other)}` };
  const strange = explanations.find((one) => !isDecidedBy(one, decidedBy) || !isAnswered(one, wanted, answer));
  const by = `${decidedBy === undefined ? '' : ` by ${typeof decidedBy === 'string' ? decidedBy : shorten(decidedBy)}`}${answer === undefined ? '' : ` with ${answer}`}`;
  if (strange) return { pass: false, message: () => `Expected ${said} to be ${wanted}${by}, and it is ${wanted} otherwise.\n\n${printExplanation(strange)}` };
  return { pass: true, message: () => `Expected ${said} not to be ${wanted}${by}, and it is.\n\n${printExplanation(explanations[0]!)}` };
}

/** A result that fails, whatever is expected. */
export function undetermined(context: MatcherContext | void, what: string, why: string): MatcherResult {
  return { pass: context?.isNot === true, message: () => `${what} is not determined: the documents do not decide it.\n\n${why}` };
}

function isDecidedBy({ decidedBy, ways, outcome }: Explanation, expected: DecidedByExpectation | undefined): boolean {
  if (expected === undefined) return true;
  // Every document that says the same counts: policies that select one pod close it together.
  const hops = ways.filter((way) => way.outcome === outcome).flatMap((way) => way.hops.filter((hop) => hop.outcome === outcome));
  const deciding = [...decidedBy, ...hops.flatMap((hop) => hop.decidedBy)];
  return deciding.some((one) => isDocument(one, expected));
}

function isDocument(one: DecidedBy, expected: DecidedByExpectation): boolean {
  if (typeof expected !== 'string') {
    const { path } = expected.node;
    return one.constructPath !== undefined && (one.constructPath === path || one.constructPath.startsWith(`${path}/`));
  }
  const { name } = one;
  return [name, name.replace(' ', '/'), name.slice(name.indexOf(' ') + 1), name.slice(name.lastIndexOf('/') + 1), printDecider(one)].includes(expected);
}

function isAnswered({ ways }: Explanation, wanted: Outcome, answer: number | undefined): boolean {
  return answer === undefined || ways.some(({ hops }) => hops.some((hop) => hop.outcome === wanted && hop.answer === answer));
}

export type EncryptedBy = 'mTLS' | 'TLS';

export interface EncryptOptions {
  /** `mTLS`: both ends show certificates. @default - either */
  readonly with?: EncryptedBy;
}

/** The only question of a connection. @throws NetstackError for one that is several */
export function onlyQuestion(connection: AskedConnection): AskedFlow {
  const [question, ...more] = questionsOf(connection);
  if (question === undefined || more.length > 0) throw new NetstackError({ what: `${describeConnection(connection)} is several requests`, fix: 'ask for one of them' });
  return question;
}
