// Protocols of one rule: nft refuses a rule that asks for two of one layer, and ports where no transport is matched.
import { refuse } from '../refuse';
import type { NftRule, NftTable, Statement } from './model';

/** Checks that the statements of a rule speak of one network and one transport protocol, and stand in a chain that may have them. */
export function checkRule(rule: NftRule, table: NftTable, chainType: string | undefined, where: string): void {
  const networks = new Set<string>(table.family === 'inet' ? [] : [table.family]);
  const transports = new Set<string>();
  for (const statement of rule.statements) {
    const text = 'match' in statement ? statement.match : 'addTo' in statement ? statement.key : '';
    const [protocol] = text.split(' ');
    if (protocol === 'ip' || protocol === 'icmp') networks.add('ip');
    if (protocol === 'ip6' || protocol === 'icmpv6') networks.add('ip6');
    if (['tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol)) transports.add(protocol);
    if (networks.size > 1) refuse(where, `It matches IPv4 and IPv6 at once${table.family === 'inet' ? '' : ` in a table of the family ${table.family}`}, which no packet is`, 'write one rule for each');
    if (transports.size > 1) refuse(where, `It matches ${[...transports].sort().join(' and ')} at once, which no packet is`, 'write one rule for each');
    checkTranslation(statement, transports, networks, chainType, where);
  }
}

function checkTranslation(statement: Statement, transports: ReadonlySet<string>, networks: ReadonlySet<string>, chainType: string | undefined, where: string): void {
  if (!('action' in statement)) return;
  const translates = statement.action === 'snat' || statement.action === 'dnat' || statement.action === 'masquerade';
  // A regular chain may be jumped to from a nat chain; only a base chain shows its type.
  if (translates && chainType !== undefined && chainType !== 'nat') refuse(where, `${statement.action} stands in a chain of type ${chainType}`, 'put it into a chain of type nat');
  if (statement.action !== 'snat' && statement.action !== 'dnat') return;
  if (statement.port !== undefined && !transports.has('tcp') && !transports.has('udp')) {
    refuse(where, `${statement.action} to a port stands in a rule that matches no ports`, 'match tcp or udp ports before it');
  }
  const family = statement.address.includes(':') ? 'ip6' : 'ip';
  if (networks.size > 0 && !networks.has(family)) refuse(where, `${statement.action} to ${statement.address} stands in a rule of the other IP version`, 'write one rule for each');
}
