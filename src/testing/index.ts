// The door cdk8s-netstack/testing. Importing it registers the matchers where `expect` is global (jest, vitest with globals); elsewhere call `expect.extend(matchers)`.
import type { ExpectedFinding, FindingsOptions } from './matchers';
import { matchers } from './matchers';

export type { Testable } from './documents';
export type { ExpectedFinding, FindingsOptions, MatcherResult, ValidationOptions } from './matchers';
export { matchers, toHaveFinding, toHaveNoFindings } from './matchers';

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
    }
  }
}

const { expect } = globalThis as { expect?: { extend?: (extension: object) => void } };
if (typeof expect?.extend === 'function') expect.extend(matchers);
