// The door of reachability in the typed API. What answers is loaded when the first question is asked: a validation does without.
import type { ManifestDocument } from './documents/document';
import type { AnalysisInput } from './input';
import type { Analysis, AnalyzeOptions } from './reach/analyze';
import type * as Reach from './reach/analyze';

/**
 * Reads a system, to be asked who can reach whom: `analyze(documents).evaluate('shop/web -> shop/api:8080 GET /orders')`. What is asked is computed when it is asked.
 *
 * @param input - the documents of a system, with what stands beside them where it is known
 * @throws NetstackError for targets that are not known, and for a cluster that the documents do not have
 */
export function analyze(input: readonly ManifestDocument[] | AnalysisInput, options: AnalyzeOptions = {}): Analysis {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('./reach/analyze') as typeof Reach).analyze(input, options);
}
