// Prints an nftables ruleset, one statement per line.
//
// Every table is added (so that the delete cannot fail), deleted and defined again: nft applies the file as one transaction, so loading it twice is the
// same as once, and the tables of others (Docker, kube-proxy, Cilium) stay. `destroy table` would say it in one line but needs nft 1.0.7.
import { nftDuration } from '../duration';
import { shortBlockText } from '../address';
import { refuse } from '../refuse';
import { byText, checkedInteger, checkedUnique, joinedLines } from '../text';
import { checkRule } from './check';
import type { BaseChain, NftChain, NftRule, NftRuleset, NftSet, NftTable } from './model';
import { nftName, quoted } from './scalar';
import { familyBlocks, isTerminal, portTexts, statementText } from './statement';

/** Prints a ruleset file for `nft -f`. @throws NetstackError for what nft would refuse or misread */
export function printNftRuleset(ruleset: NftRuleset): string {
  if (ruleset.tables.length === 0) refuse('nftables ruleset', 'It has no table', 'add one');
  const names = ruleset.tables.map((table) => `${table.family} ${nftName(table.name, `table ${table.family}`)}`);
  checkedUnique(names, 'table', 'nftables ruleset');
  const reset = names.flatMap((name) => [`add table ${name}`, `delete table ${name}`]);
  return joinedLines(['#!/usr/sbin/nft -f', ...reset, ...ruleset.tables.flatMap((table) => ['', ...tableLines(table)])], 'nftables ruleset');
}

function tableLines(table: NftTable): string[] {
  const where = `table ${table.family} ${table.name}`;
  checkedUnique((table.sets ?? []).map((set) => set.name), 'set', where);
  checkedUnique(table.counters ?? [], 'counter', where);
  checkedUnique(table.chains.map((chain) => chain.name), 'chain', where);
  const blocks = [
    ...[...table.sets ?? []].sort((a, b) => byText(a.name, b.name)).map((set) => setLines(set, where)),
    ...[...table.counters ?? []].sort(byText).map((name) => [`counter ${nftName(name, where)} {`, '}']),
    ...table.chains.map((chain) => chainLines(chain, table, where)),
  ];
  return [`${where} {`, ...blocks.flatMap((block, i) => [...i > 0 ? [''] : [], ...block.map((line) => `\t${line}`)]), '}'];
}

function setLines(set: NftSet, table: string): string[] {
  const where = `${table}, set ${nftName(set.name, table)}`;
  const elements = setElements(set, where);
  const interval = elements.some((element) => element.includes('/') || /\d-\d/.test(element));
  if (set.dynamic && set.size === undefined) refuse(where, 'A dynamic set has no size', 'set one: an attacker could fill the memory otherwise');
  if (set.dynamic && interval) refuse(where, 'A dynamic set cannot hold blocks or ranges', 'keep them in a set of their own');
  const flags = [set.dynamic && 'dynamic', interval && 'interval', set.timeout && 'timeout'].filter(Boolean);
  return [
    `set ${set.name} {`,
    `\ttype ${set.type}`,
    ...set.size === undefined ? [] : [`\tsize ${checkedInteger(set.size, 1, 4_294_967_295, `${where}, size`)}`],
    ...flags.length > 0 ? [`\tflags ${flags.join(', ')}`] : [],
    ...interval ? ['\tauto-merge'] : [],
    ...set.timeout ? [`\ttimeout ${nftDuration(set.timeout, `${where}, timeout`)}`] : [],
    // An empty `elements = { }` is a syntax error.
    ...elements.length > 0 ? [`\telements = { ${elements.join(', ')} }`] : [],
    ...set.comment === undefined ? [] : [`\tcomment ${quoted(set.comment, `${where}, comment`)}`],
    '}',
  ];
}

function setElements(set: NftSet, where: string): string[] {
  if (set.type === 'inet_service') {
    if (set.elements) refuse(where, 'A set of ports has addresses', 'give its members in `ports`');
    return portTexts(set.ports ?? [], where);
  }
  if (set.ports) refuse(where, 'A set of addresses has ports', 'give its members in `elements`');
  const elements = familyBlocks(set.elements ?? [], set.type === 'ipv6_addr' ? 6 : 4, where).map(shortBlockText);
  checkedUnique(elements, 'element', where);
  return elements;
}

function chainLines(chain: NftChain, table: NftTable, tableText: string): string[] {
  const where = `${tableText}, chain ${nftName(chain.name, tableText)}`;
  return [
    `chain ${chain.name} {`,
    ...'hook' in chain ? [`\t${hookLine(chain, where)}`] : [],
    ...chain.rules.map((rule, i) => `\t${ruleLine(rule, chain, table, `${where}, rule ${i + 1}`)}`),
    '}',
  ];
}

function hookLine(chain: BaseChain, where: string): string {
  const type = chain.type ?? 'filter';
  if (type === 'nat' && chain.hook === 'forward') refuse(where, 'Address translation has no forward hook', 'use prerouting or postrouting');
  if (type === 'route' && chain.hook !== 'output') refuse(where, `A chain of type route at the hook ${chain.hook}`, 'use the hook output');
  if (type === 'nat' && chain.policy === 'drop') refuse(where, 'A nat chain sees only the first packet of a connection and cannot filter', 'set policy accept, and drop in a filter chain');
  const priority = typeof chain.priority === 'number' ? checkedInteger(chain.priority, -2_147_483_648, 2_147_483_647, where) : chain.priority;
  return `type ${type} hook ${chain.hook} priority ${priority}; policy ${chain.policy};`;
}

function ruleLine(rule: NftRule, chain: NftChain, table: NftTable, where: string): string {
  if (rule.statements.length === 0) refuse(where, 'It has no statement', 'give it a match or a verdict');
  const early = rule.statements.findIndex(isTerminal);
  if (early >= 0 && early < rule.statements.length - 1) refuse(where, 'Statements stand after the verdict and are never reached', 'put the verdict last');
  checkRule(rule, table, 'hook' in chain ? chain.type ?? 'filter' : undefined, where);
  const text = rule.statements.map((statement) => statementText(statement, table, where)).join(' ');
  return rule.comment === undefined ? text : `${text} comment ${quoted(rule.comment, `${where}, comment`)}`;
}
