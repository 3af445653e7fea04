// The pages of the catalogue.
import type { Rule, RuleFixture } from '../../src/analysis/rules/rule';

const SEVERITY: Readonly<Record<Rule['class'], string>> = { breaks: 'error', risk: 'warning', practice: 'warning, asked for with a profile' };

export function renderRulePage(rule: Rule): string {
  return [
    `# ${rule.id}: ${rule.title}`,
    '',
    `Class *${rule.class}* (${SEVERITY[rule.class]}).${rule.covers?.length ? ` Holds ${rule.covers.join(', ')}.` : ''}`,
    '',
    '## What it sees', '', sentence(rule.sees), '',
    '## Why', '', sentence(rule.why), '',
    '## Fix', '', sentence(rule.fix), '',
    '## Fails', '', ...fixture(rule.failing),
    ...(rule.failing.says === undefined ? [] : [`> ${rule.failing.says}${rule.failing.field === undefined ? '' : ` (\`${rule.failing.field}\`)`}`, '']),
    '## Passes', '', ...fixture(rule.passing),
    ...(rule.docs?.length ? ['## Read more', '', ...rule.docs.map((url) => `- <${url}>`), ''] : []),
  ].join('\n');
}

function fixture({ documents, terraform, files, targets }: RuleFixture): string[] {
  return [
    ...(targets === undefined ? [] : [`Targets: \`${JSON.stringify(targets)}\``, '']),
    ...(documents === undefined ? [] : ['```yaml', documents.trim(), '```', '']),
    ...(terraform === undefined ? [] : ['```json', terraform.trim(), '```', '']),
    ...Object.entries(files ?? {}).flatMap(([name, text]) => [`\`${name.slice(name.indexOf(':') + 1)}\``, '', '```', text.trim(), '```', '']),
  ];
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

export function renderIndexPage(rules: readonly Rule[]): string {
  return `${rules.map(({ id, title }) => `${id} ${title}`).join('\n')}\n`;
}
