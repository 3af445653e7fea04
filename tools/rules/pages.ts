// The pages of the catalogue.
import type { Rule, RuleFixture } from '../../src/analysis/rules/rule';
import type { DecidedFinding } from '../../src/analysis/rules/decided';

const SEVERITY: Readonly<Record<Rule['class'], string>> = { breaks: 'error', risk: 'warning', practice: 'warning, only with a profile' };

/** Layers by the first digits of the ids. */
const LAYERS: ReadonlyArray<readonly [title: string, from: number, below: number]> = [
  ['References, workloads and Services', 30, 1000], ['Edge', 1000, 2000], ['Gateway', 2000, 3000], ['Mesh', 3000, 4000], ['CNI', 4000, 5000], ['DNS', 5000, 6000], ['VPN', 6000, 7000],
  ['Hosts', 7000, 8000], ['Observability and delivery', 8000, 9000], ['Across layers', 9000, 10_000],
];

export interface Coverage {
  readonly rules: readonly Rule[];
  readonly decided: readonly DecidedFinding[];
  /** Numbers of the house's list of practices (R1 to R150) that no rule holds, with the reason. */
  readonly waiting: Readonly<Record<string, string>>;
  /** Codes of `istioctl analyze` with the rules that hold them or the reason why none does. */
  readonly istio: ReadonlyArray<{ readonly code: string; readonly name: string; readonly rules?: readonly string[]; readonly reason?: string }>;
}

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

function fixture({ documents, base, clusters, terraform, files, targets, model }: RuleFixture): string[] {
  return [
    ...(targets === undefined ? [] : [`Targets: \`${JSON.stringify(targets)}\``, '']),
    ...(base === undefined ? [] : ['Before (`--base`):', '', '```yaml', base.trim(), '```', '', 'Now:', '']),
    ...(documents === undefined ? [] : ['```yaml', documents.trim(), '```', '']),
    ...Object.entries(clusters ?? {}).flatMap(([name, text]) => [`Cluster \`${name}\``, '', '```yaml', text.trim(), '```', '']),
    ...(model === undefined ? [] : ['In `netstack.model.json`:', '', '```json', JSON.stringify(model, undefined, 2), '```', '']),
    ...(terraform === undefined ? [] : ['```json', terraform.trim(), '```', '']),
    ...Object.entries(files ?? {}).flatMap(([name, text]) => [`\`${name.slice(name.indexOf(':') + 1)}\``, '', '```', text.trim(), '```', '']),
  ];
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\n/g, ' ');

export function renderIndexPage({ rules, decided, waiting, istio }: Coverage): string {
  const count = (ruleClass: Rule['class']): number => rules.filter((rule) => rule.class === ruleClass).length;
  const layers = LAYERS.flatMap(([title, from, below]) => {
    const inside = rules.filter(({ id }) => Number(id.slice(2)) >= from && Number(id.slice(2)) < below);
    if (inside.length === 0) return [];
    return [`### ${title}`, '', '| Id | Class | What is wrong | Holds |', '|---|---|---|---|',
      ...inside.map((rule) => `| [${rule.id}](rules/${rule.id}.md) | ${rule.class} | ${cell(rule.title)} | ${cell((rule.covers ?? []).join(', '))} |`), ''];
  });
  return [
    '<!-- Written by `npx projen rules` from the rule files. -->',
    '# Findings',
    '',
    'Each finding has a stable id. `netstack rules` lists them, `netstack rules NS0033` shows one with an example that fails and one that passes.',
    '',
    '- *breaks* (error): the API server or an engine refuses it, or traffic breaks.',
    '- *risk* (warning): silently ineffective, or contradictory.',
    '- *practice* (warning): an opinion. Asked only with `--profile production`, or by an app that says `new NetworkApp({ profile: \'production\' })`.',
    '- `info`: something could not be checked.',
    '',
    'A finding is accepted in a subtree of the program with `Validations.of(construct).acknowledge({ id, reason })`; it then stays in the report and fails nothing.',
    '',
    'The documents are taken as the whole of a cluster, so that what is not among them is missing. With `--open` nothing is said to be missing.',
    '',
    '## What the tool and the API server decide',
    '',
    'NS0001 to NS0009 are the tool\'s own, NS0010 to NS0029 what the API server decides.',
    '',
    '| Id | Severity | What is wrong | When it is said | Why | What to do |',
    '|---|---|---|---|---|---|',
    ...decided.map(({ id, severity, title, sees, why, fix }) => `| ${id} | ${severity} | ${cell(title)} | ${cell(sees)} | ${cell(why)} | ${cell(fix)} |`),
    '',
    '## The catalogue',
    '',
    `${rules.length} rules: ${count('breaks')} of class breaks, ${count('risk')} of class risk, ${count('practice')} of class practice.`,
    '',
    ...layers,
    '## The practices that the rules come from',
    '',
    'R1 to R150 are the practices, checklists and incidents that this library was built from. Each has its rules, or the reason why it has none.',
    '',
    '| Practice | Rules, or why none |',
    '|---|---|',
    ...practices(rules, waiting),
    '',
    '## The codes of istioctl analyze',
    '',
    '| Code | Name | Rules, or why none |',
    '|---|---|---|',
    ...istio.map(({ code, name, rules: held = [], reason }) => `| ${code} | ${name} | ${cell([held.map(link).join(', '), reason ?? ''].filter((one) => one !== '').join('; '))} |`),
    '',
  ].join('\n');
}

/** What the API server decides has no page of its own. */
const link = (id: string): string => (Number(id.slice(2)) < 30 ? id : `[${id}](rules/${id}.md)`);

/** One line for each number; a number that has neither is left empty, which a test refuses. */
function practices(rules: readonly Rule[], waiting: Readonly<Record<string, string>>): string[] {
  return Array.from({ length: 150 }, (_, i) => `R${i + 1}`).map((number) => {
    const held = rules.filter(({ covers = [] }) => covers.includes(number)).map(({ id }) => link(id));
    return `| ${number} | ${cell([held.join(', '), waiting[number] ?? ''].filter((one) => one !== '').join('; '))} |`;
  });
}
