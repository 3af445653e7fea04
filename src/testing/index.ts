// The door cdk8s-netstack/testing. Importing it registers the matchers where `expect` is global (jest, vitest with globals); elsewhere call `expect.extend(matchers)`.
import type { OnlyOptions, RouteOptions } from './exposure-matchers';
import { toAllowOnly, toEncrypt, toExpose, toMatchConnectivitySnapshot, toRoute } from './exposure-matchers';
import type { AskedConnection, End } from './flows';
import type { ExpectedFinding, FindingsOptions } from './matchers';
import { toHaveFinding, toHaveNoFindings } from './matchers';
import type { AllowOptions, DenyOptions, EncryptOptions } from './reach-matchers';
import { toAllow, toDeny } from './reach-matchers';

export type { Testable } from './documents';
export type { OnlyOptions, RouteOptions } from './exposure-matchers';
export { connectivityLines, toAllowOnly, toEncrypt, toExpose, toMatchConnectivitySnapshot, toRoute } from './exposure-matchers';
export type { AskedConnection, ConnectionQuestion, DecidedByExpectation, End, Token } from './flows';
export type { ExpectedFinding, FindingsOptions, MatcherResult, ValidationOptions } from './matchers';
export { toHaveFinding, toHaveNoFindings } from './matchers';
export type { AllowOptions, DenyOptions, EncryptedBy, EncryptOptions, MatcherContext, Reachable } from './reach-matchers';
export { analyze, toAllow, toDeny } from './reach-matchers';

/** What {@link matchers} holds. */
export interface Matchers {
  readonly toHaveNoFindings: typeof toHaveNoFindings;
  readonly toHaveFinding: typeof toHaveFinding;
  readonly toAllow: typeof toAllow;
  readonly toDeny: typeof toDeny;
  readonly toAllowOnly: typeof toAllowOnly;
  readonly toExpose: typeof toExpose;
  readonly toRoute: typeof toRoute;
  readonly toEncrypt: typeof toEncrypt;
  readonly toMatchConnectivitySnapshot: typeof toMatchConnectivitySnapshot;
}

/** For `expect.extend(matchers)`. */
export const matchers: Matchers = { toHaveNoFindings, toHaveFinding, toAllow, toDeny, toAllowOnly, toExpose, toRoute, toEncrypt, toMatchConnectivitySnapshot };

declare global {
  // The namespace of @types/jest, which vitest's assertions extend as well. Where neither is installed, this declares a namespace that nobody uses.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
    interface Matchers<R, T = {}> {
      /** Passes when validation finds nothing in an app, a chart or manifests that is not acknowledged. */
      toHaveNoFindings(options?: FindingsOptions): R;
      /** Passes when validation has the finding `id` in an app, a chart or manifests. */
      toHaveFinding(id: string, expected?: ExpectedFinding): R;
      /** Passes when a connection is allowed through every layer: `'shop/web -> shop/api:8080 GET /orders'`. What nobody knows fails, also with `.not`. */
      toAllow(connection: AskedConnection, options?: AllowOptions): R;
      /** Passes when a connection is denied by some layer. What nobody knows fails, also with `.not`. */
      toDeny(connection: AskedConnection, options?: DenyOptions): R;
      /** Passes when exactly these connections are allowed, to one end or from one. */
      toAllowOnly(connections: readonly AskedConnection[], options?: OnlyOptions): R;
      /** Passes when `from` reaches exactly this: `toExpose('internet', ['https://shop.example.com'])`. */
      toExpose(from: End, expected: readonly string[]): R;
      /** Passes when a gateway sends a request for `url` to a backend, with a share of the requests where one is given. */
      toRoute(url: string, backend: End, options?: RouteOptions): R;
      /** Passes when what is sent over a connection is encrypted. */
      toEncrypt(connection: AskedConnection, options?: EncryptOptions): R;
      /** Passes when who can connect to whom is as in the snapshot. */
      toMatchConnectivitySnapshot(hint?: string): R;
    }
  }
}

const { expect } = globalThis as { expect?: { extend?: (extension: object) => void } };
if (typeof expect?.extend === 'function') expect.extend(matchers);
