// netstack rules
import type { Command } from 'commander';
import { Option } from 'commander';
import { ruleInfos } from '../analysis';
import { CATALOGUE } from '../analysis/rules/catalogue';
import { DECIDED } from '../analysis/rules/decided';
import type { Rule, RuleFixture } from '../analysis/rules/rule';
import { suggestRule } from '../analysis/rules/info';
import { shorten } from '../core/errors';
import type { CommandContext } from './command';
import type { ExitCode } from './exit';
import { EXIT, UsageError } from './exit';
import type { Surroundings } from './surroundings';

interface RulesFlags {
  readonly format: 'text' | 'json';
}

/** Adds `netstack rules`. */
export function addRules(program: Command, { surroundings, exit }: CommandContext): void {
  program.command('rules')
    .argument('[id]', 'a rule, or the beginning of ids: NS0033, NS3')
    .description('List the rules, or say of one what it sees, why, and how to mend it, with an example that fails and one that passes.')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .action((id: string | undefined, flags: RulesFlags) => exit(rules(id, flags, surroundings)));
}

function rules(id: string | undefined, { format }: RulesFlags, { stdout }: Surroundings): ExitCode {
  const wanted = (id ?? 'NS').toUpperCase();
  const infos = [...ruleInfos().values()].filter((info) => info.id.startsWith(wanted));
  if (infos.length === 0) {
    const meant = suggestRule(wanted);
    throw new UsageError({ what: `There is no rule ${shorten(id)}`, fix: meant === undefined ? 'netstack rules lists them' : `did you mean ${meant}?` });
  }
  const exact = infos.length === 1 && infos[0]!.id === wanted;
  if (format === 'json') {
    const shown = infos.map((info) => ({ ...info, ...(exact ? detailsOf(info.id) : {}) }));
    stdout.write(`${JSON.stringify(exact ? shown[0] : shown, undefined, 2)}\n`);
  } else if (exact) {
    stdout.write(printRule(wanted));
  } else {
    for (const info of infos) stdout.write(`${info.id}  ${(info.class ?? info.severity).padEnd(8)}  ${info.title}\n`);
    stdout.write(`\n${infos.length} rules; netstack rules ID says more of one\n`);
  }
  return EXIT.ok;
}

function detailsOf(id: string): object {
  const entry = CATALOGUE.find((one) => one.id === id);
  if (!entry) {
    const { sees, why, fix } = DECIDED.find((one) => one.id === id)!;
    return { sees, why, fix };
  }
  const { sees, why, fix, covers = [], docs = [], failing, passing } = entry.load();
  return { sees, why, fix, covers, links: docs, failing, passing };
}

function printRule(id: string): string {
  const info = ruleInfos().get(id)!;
  const entry = CATALOGUE.find((one) => one.id === id);
  const rule: Rule | undefined = entry?.load();
  const { sees, why, fix } = rule ?? DECIDED.find((one) => one.id === id)!;
  const head = `${id}  ${info.title}\n${info.class === undefined ? info.severity : `${info.class} (${info.severity}${info.class === 'practice' ? ', only with a profile' : ''})`}`;
  const parts = [head, ...[['Sees', sees], ['Why', why], ['Fix', fix]].map(([label, text]) => `${label}\n${wrap(sentence(text!))}`)];
  if (rule) {
    parts.push(`Fails\n${printFixture(rule.failing)}`, `Passes\n${printFixture(rule.passing)}`);
    if (rule.covers?.length) parts.push(`Holds\n  ${rule.covers.join(', ')}`);
    if (rule.docs?.length) parts.push(`Read more\n${rule.docs.map((url) => `  ${url}`).join('\n')}`);
  }
  return `${parts.join('\n\n')}\n`;
}

function printFixture({ documents, base, terraform, files, targets, model, says, field }: RuleFixture): string {
  const parts = [
    ...(targets === undefined ? [] : [`# targets: ${JSON.stringify(targets)}`]),
    ...(base === undefined ? [] : ['# before (--base):', base.trim(), '# now:']),
    ...(documents === undefined ? [] : [documents.trim()]),
    ...(model === undefined ? [] : [`# netstack.model.json: ${JSON.stringify(model)}`]),
    ...(terraform === undefined ? [] : [terraform.trim()]),
    ...Object.entries(files ?? {}).map(([name, text]) => `# ${name.slice(name.indexOf(':') + 1)}\n${text.trim()}`),
    ...(says === undefined ? [] : [`=> ${says}${field === undefined ? '' : ` (${field})`}`]),
  ];
  return parts.join('\n').split('\n').map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > 80) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}
