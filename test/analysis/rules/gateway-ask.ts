// Asks single rules of a small system.
import { join } from 'node:path';
import type { ValidateOptions } from '../../../src/analysis';
import { parseText, validate } from '../../../src/analysis';
import type { Rule } from '../../../src/analysis/rules/rule';

export interface System extends Pick<ValidateOptions, 'targets' | 'open'> {
  readonly documents?: string;
  readonly terraform?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** What rules say: `field: message`, one line each. Documents must be ones that the API server takes. */
export function ask(ids: string | readonly string[], system: string | System): string[] {
  const { documents = '', terraform, files = {}, ...options } = typeof system === 'string' ? { documents: system } : system;
  const parsed = parseText(documents, 'a.yaml');
  expect(parsed.findings).toEqual([]);
  const rules = [ids].flat().map((id) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { rule } = require(join(__dirname, '../../../src/analysis/rules', id)) as { rule: Rule };
    return { ...rule, load: () => rule };
  });
  const findings = validate({
    documents: parsed.documents,
    ...(terraform === undefined ? {} : { terraform: [{ content: { resource: terraform }, file: 'cdk.tf.json' }] }),
    files: Object.entries(files).map(([name, text]) => ({ format: name.slice(0, name.indexOf(':')), file: name.slice(name.indexOf(':') + 1), text })),
  }, { profile: 'production', rules, ...options }).filter(({ id }) => id !== 'NS0023');
  expect(findings.filter(({ id }) => !rules.some((rule) => rule.id === id))).toEqual([]);
  return findings.map(({ id, message, where }) => `${rules.length > 1 ? `${id} ` : ''}${where.field ?? (where.line === undefined ? '' : `line ${where.line}`)}: ${message}`);
}

/** Documents joined to one text. */
export function docs(...documents: readonly string[]): string {
  return documents.map((one) => one.trim()).join('\n---\n');
}
