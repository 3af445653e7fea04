// Small systems for the rules of the network: manifests, configuration files, and whatever a test adds.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Targets } from '../../../src/analysis';
import { parseText, validate } from '../../../src/analysis';
import type { DeclaredModel, TerraformDocument } from '../../../src/analysis/input';
import type { Rule } from '../../../src/analysis/rules/rule';

const FOLDER = join(__dirname, '../../../src/analysis/rules');

export interface Asked {
  /** Text of configuration files by `format:name`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly model?: DeclaredModel;
  readonly terraform?: readonly TerraformDocument[];
  readonly targets?: Targets;
  readonly open?: boolean;
  /** The cluster of the manifests, when the model names it. */
  readonly cluster?: string;
  /** @default 'production' */
  readonly profile?: string;
}

/** Findings of the rules of these ids about manifests that the API server takes, as `NS4001 spec.field: message`. */
export function ask(ids: RegExp | string, yaml: string, { files = {}, model, terraform, targets, open, cluster, profile = 'production' }: Asked = {}): string[] {
  const parsed = parseText(yaml, 'scene.yaml');
  expect(parsed.findings).toEqual([]);
  const entries = rulesOf(ids).map((rule) => ({ ...rule, load: () => rule }));
  const findings = validate({
    documents: cluster === undefined ? parsed.documents : parsed.documents.map((document) => ({ ...document, cluster })),
    files: Object.entries(files).map(([name, text]) => ({ format: name.slice(0, name.indexOf(':')), file: name.slice(name.indexOf(':') + 1), text })),
    ...(model && { models: [model] }), ...(terraform && { terraform }),
  }, { rules: entries, profile, ...(targets && { targets }), ...(open !== undefined && { open }) });
  expect(said(findings.filter(({ id, severity }) => severity !== 'info' && id < 'NS0030'))).toEqual([]);
  return said(findings.filter(({ id }) => id >= 'NS0030'));
}

function rulesOf(ids: RegExp | string): Rule[] {
  const wanted = typeof ids === 'string' ? (file: string): boolean => file === `${ids}.ts` : (file: string): boolean => /^NS\d{4}\.ts$/.test(file) && ids.test(file.slice(0, 6));
  const found = readdirSync(FOLDER).filter(wanted).sort();
  if (found.length === 0) throw new Error(`there is no rule ${String(ids)}`);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return found.map((file) => (require(join(FOLDER, file)) as { rule: Rule }).rule);
}

function said(findings: readonly Finding[]): string[] {
  return findings.map(({ id, message, where }) => `${id} ${where.field ?? where.line ?? ''}: ${message}`);
}
