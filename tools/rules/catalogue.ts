// The list of rules as TypeScript: enough to know which to load.
import type { Rule } from '../../src/analysis/rules/rule';

const quote = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

export function renderCatalogue(rules: readonly Rule[]): string {
  const entries = rules.map(({ id, class: ruleClass, title, subjects, needs }) => [
    '  {',
    `    id: ${quote(id)}, class: ${quote(ruleClass)},`,
    `    title: ${quote(title)},`,
    '    subjects: [',
    ...lines(subjects.map(quote)),
    '    ],',
    ...(needs === undefined ? [] : ['    needs: [', ...lines(needs.map(quote)), '    ],']),
    // A plain require: TypeScript and bundlers follow it, and nothing is read before it runs.
    `    load: () => (require('./${id}') as { rule: Rule }).rule,`,
    '  },',
  ].join('\n'));
  return [
    '// Written by `npx projen rules` from the rule files. Do not edit.',
    '/* eslint-disable @typescript-eslint/no-require-imports */',
    `import type { ${rules.length > 0 ? 'Rule, ' : ''}RuleEntry } from './rule';`,
    '',
    '/** Every rule of the catalogue, in the order of their ids. Nothing is loaded before it is asked. */',
    'export const CATALOGUE: readonly RuleEntry[] = [',
    ...entries,
    '];',
    '',
  ].join('\n');
}

function lines(items: readonly string[]): string[] {
  const out: string[] = [];
  for (const item of items) {
    const last = out[out.length - 1];
    if (last !== undefined && last.length + item.length < 150) out[out.length - 1] = `${last} ${item},`;
    else out.push(`      ${item},`);
  }
  return out;
}
