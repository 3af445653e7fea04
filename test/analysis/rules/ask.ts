// Asks some rules of a small system, and prints what they say.
import { parseText, validate } from '../../../src/analysis';
import type { AnalysisInput } from '../../../src/analysis/input';
import type { Rule, RuleEntry } from '../../../src/analysis/rules/rule';
import type { ValidateOptions } from '../../../src/analysis/validate';

export interface Asked extends ValidateOptions {
  readonly terraform?: unknown;
  readonly models?: AnalysisInput['models'];
  readonly cluster?: string;
}

/** What the rules say, as `NS0030 Ingress shop/web spec.rules[0]: There is …`; other ids mean that the documents are not what the test believes. */
export function asker(...rules: readonly Rule[]): (documents: string, options?: Asked) => string[] {
  const entries = rules.map((rule): RuleEntry => ({ ...rule, load: () => rule }));
  return (documents, { terraform, models, cluster, ...options } = {}) => {
    const parsed = parseText(documents, 'test.yaml');
    expect(parsed.findings).toEqual([]);
    const input: AnalysisInput = {
      documents: cluster === undefined ? parsed.documents : parsed.documents.map((document) => ({ ...document, cluster })),
      ...terraform !== undefined && { terraform: [{ content: terraform as Record<string, unknown>, file: 'cdk.tf.json' }] },
      ...models !== undefined && { models },
    };
    return validate(input, { profile: 'production', ...options, rules: entries })
      .filter(({ id }) => id !== 'NS0023')
      .map(({ id, severity, message, where }) => {
        const { kind = '', namespace, name = '' } = where.object ?? {};
        return `${severity === 'info' ? 'info ' : ''}${id} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name} ${where.field ?? ''}: ${message}`;
      });
  };
}
