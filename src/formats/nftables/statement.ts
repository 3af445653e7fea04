// Statements of one rule.
import { shorten } from '../../core/errors';
import type { Cidr } from '../../core/cidr';
import type { BlockLike } from '../address';
import { bracketed, checkedAddress, checkedBlock, checkedPort, shortBlockText } from '../address';
import { refuse } from '../refuse';
import { byText, checkedInteger, checkedUnique } from '../text';
import type { ActionStatement, LimitStatement, MatchStatement, NftTable, PortRange, SetStatement, Statement, Verdict } from './model';
import { interfaceName, nftName, quoted } from './scalar';

/** Prints one statement; `table` is what names refer to. */
export function statementText(statement: Statement, table: NftTable, where: string): string {
  if ('match' in statement) return matchText(statement, table, where);
  if ('addTo' in statement) return setText(statement, table, where);
  if ('limit' in statement) return limitText(statement.limit, where);
  return 'action' in statement ? actionText(statement, table, where) : verdictText(statement, table, where);
}

/** Whether nothing after this statement is reached. */
export function isTerminal(statement: Statement): boolean {
  if ('action' in statement) return statement.action === 'reject' || statement.action === 'masquerade' || statement.action === 'snat' || statement.action === 'dnat';
  return 'verdict' in statement && statement.verdict !== 'ct state vmap' && statement.verdict !== 'jump';
}

function matchText(statement: MatchStatement, table: NftTable, where: string): string {
  const not = 'not' in statement && statement.not ? '!= ' : '';
  switch (statement.match) {
    case 'iif lo':
      return 'iif "lo"';
    case 'fib saddr . iif oif missing':
      return statement.match;
    case 'iifname':
    case 'oifname':
      return `${statement.match} ${not}${oneOf(statement.names.map((name) => interfaceName(name, where)), where)}`;
    case 'ip saddr':
    case 'ip daddr':
    case 'ip6 saddr':
    case 'ip6 daddr': {
      const family = statement.match.startsWith('ip6') ? 6 : 4;
      const right = 'set' in statement
        ? `@${setOf(table, statement.set, family === 6 ? 'ipv6_addr' : 'ipv4_addr', where)}`
        : blockList(statement.blocks, family, where);
      return `${statement.match} ${not}${right}`;
    }
    case 'tcp sport':
    case 'tcp dport':
    case 'udp sport':
    case 'udp dport':
      return `${statement.match} ${not}${'set' in statement ? `@${setOf(table, statement.set, 'inet_service', where)}` : oneOf(portTexts(statement.ports, where), where)}`;
    case 'ct state':
      return `ct state ${words(statement.states, where).join(',')}`;
    case 'icmp type':
    case 'icmpv6 type':
      return `${statement.match} ${oneOf([...statement.types], where)}`;
    case 'ip6 hoplimit':
      return `ip6 hoplimit ${checkedInteger(statement.value, 0, 255, where)}`;
    case 'tcp flags':
      return `tcp flags & (${words(statement.mask, where).join('|')}) == ${words(statement.flags, where).join('|')}`;
  }
}

function limitText(limit: LimitStatement['limit'], where: string): string {
  const burst = limit.burst === undefined ? '' : ` burst ${checkedInteger(limit.burst, 1, 4_294_967_295, `${where}, burst`)} packets`;
  return `limit rate ${limit.over ? 'over ' : ''}${checkedInteger(limit.rate, 1, 4_294_967_295, `${where}, limit`)}/${limit.per}${burst}`;
}

function setText(statement: SetStatement, table: NftTable, where: string): string {
  const name = setOf(table, statement.addTo, statement.key === 'ip6 saddr' ? 'ipv6_addr' : 'ipv4_addr', where);
  const set = table.sets!.find((candidate) => candidate.name === name)!;
  if (!set.dynamic) refuse(where, `The set ${name} is not dynamic`, 'set `dynamic: true` and a `size`');
  if ((statement.limit === undefined) === (statement.ctCountOver === undefined)) refuse(where, 'It needs either a limit or a count of connections', 'set one of `limit` and `ctCountOver`');
  // Connections are counted as long as they last; the kernel refuses a timeout beside that.
  if (statement.ctCountOver !== undefined && set.timeout) refuse(where, `The set ${name} counts connections and has a timeout`, 'leave the timeout out');
  const inner = statement.limit ? limitText(statement.limit, where) : `ct count over ${checkedInteger(statement.ctCountOver!, 1, 4_294_967_295, where)}`;
  return `${statement.operation ?? 'add'} @${name} { ${statement.key} ${inner} }`;
}

function actionText(statement: ActionStatement, table: NftTable, where: string): string {
  switch (statement.action) {
    case 'counter':
      if (statement.name === undefined) return 'counter';
      if (!table.counters?.includes(statement.name)) refuse(where, `The counter ${shorten(statement.name)} is not in the table ${table.name}`, 'add it to `counters`');
      return `counter name ${nftName(statement.name, where)}`;
    case 'log':
      return `log prefix ${quoted(statement.prefix, `${where}, log prefix`)}${statement.level ? ` level ${statement.level}` : ''}${statement.flagsAll ? ' flags all' : ''}`;
    case 'notrack':
    case 'masquerade':
      return statement.action;
    case 'snat':
    case 'dnat': {
      const address = checkedAddress(statement.address, where);
      const target = statement.port === undefined ? address.value : `${bracketed(statement.address, where)}:${checkedPort(statement.port, where)}`;
      return `${statement.action} ${table.family === 'inet' ? `ip${address.family === 6 ? '6' : ''} ` : ''}to ${target}`;
    }
    case 'clamp mss to pmtu':
      return 'tcp flags syn tcp option maxseg size set rt mtu';
    case 'synproxy': {
      const size = `mss ${checkedInteger(statement.mss, 536, 65_535, where)} wscale ${checkedInteger(statement.wscale, 0, 14, where)}`;
      return `synproxy ${size}${statement.timestamp ? ' timestamp' : ''}${statement.sackPerm ? ' sack-perm' : ''}`;
    }
    case 'reject':
      return statement.with === undefined ? 'reject' : `reject with ${statement.with.startsWith('icmpx') ? `icmpx type ${statement.with.slice(6)}` : statement.with}`;
  }
}

function verdictText(statement: Verdict, table: NftTable, where: string): string {
  switch (statement.verdict) {
    case 'jump':
    case 'goto': {
      const chain = table.chains.find((candidate) => candidate.name === statement.chain);
      if (!chain) refuse(where, `The chain ${shorten(statement.chain)} is not in the table ${table.name}`, 'add it to `chains`');
      if (chain && 'hook' in chain) refuse(where, `The chain ${shorten(statement.chain)} is called by the kernel and cannot be jumped to`, 'name a chain without a hook');
      return `${statement.verdict} ${nftName(statement.chain, where)}`;
    }
    case 'ct state vmap': {
      const pairs = (['established', 'related', 'new', 'invalid', 'untracked'] as const).flatMap((state) => (statement.states[state] ? [`${state} : ${statement.states[state]}`] : []));
      if (pairs.length === 0) refuse(where, 'It names no connection state', 'name at least one');
      return `ct state vmap { ${pairs.join(', ')} }`;
    }
    default:
      return statement.verdict;
  }
}

/** Address blocks, sorted, without overlap: nft refuses overlapping blocks of an anonymous set. */
function blockList(values: readonly BlockLike[], family: 4 | 6, where: string): string {
  const blocks = familyBlocks(values, family, where);
  blocks.forEach((block, i) => {
    if (i > 0 && blocks[i - 1].overlaps(block)) refuse(where, `The blocks ${blocks[i - 1].value} and ${block.value} overlap`, 'keep the wider one');
  });
  return oneOf(blocks.map(shortBlockText), where);
}

/** Parses blocks of one address family and sorts them. */
export function familyBlocks(values: readonly BlockLike[], family: 4 | 6, where: string): Cidr[] {
  return values.map((value) => {
    const block = checkedBlock(value, where);
    if (block.family !== family) refuse(where, `${block.value} is no IPv${family} block`, 'keep the two families in rules and sets of their own');
    return block;
  }).sort((a, b) => a.compare(b));
}

/** Ports and ranges as nft writes them, sorted. */
export function portTexts(ports: readonly PortRange[], where: string): string[] {
  const ranges = ports.map((port): readonly [number, number] => (typeof port === 'number' ? [port, port] : port)).sort(([a], [b]) => a - b);
  ranges.forEach(([first, last], i) => {
    checkedPort(first, where);
    checkedPort(last, where);
    if (last < first) refuse(where, `The range of ports ${first}-${last} runs backwards`, `write [${last}, ${first}]`);
    if (i > 0 && first <= ranges[i - 1][1]) refuse(where, `The port ${first} appears twice`, 'keep one');
  });
  return ranges.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
}

function setOf(table: NftTable, name: string, type: string, where: string): string {
  const set = table.sets?.find((candidate) => candidate.name === name);
  if (!set) return refuse(where, `The set ${shorten(name)} is not in the table ${table.name}`, 'add it to `sets`');
  if (set.type !== type) refuse(where, `The set ${name} holds ${set.type} where ${type} is compared`, 'name a set of that type');
  return nftName(name, where);
}

function oneOf(values: readonly string[], where: string): string {
  checkedUnique(values, 'value', where);
  if (values.length === 0) refuse(where, 'The list of values is empty', 'give at least one, or leave the match out');
  return values.length === 1 ? values[0] : `{ ${values.join(', ')} }`;
}

function words(values: readonly string[], where: string): string[] {
  if (values.length === 0) refuse(where, 'The list of values is empty', 'give at least one, or leave the match out');
  checkedUnique(values, 'value', where);
  return [...values].sort(byText);
}
