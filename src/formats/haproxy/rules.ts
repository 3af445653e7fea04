// Rule lines of a proxy section.
import { haproxyDuration } from '../duration';
import { refuse } from '../refuse';
import { checkedInteger } from '../text';
import type { Condition } from './expression';
import { aclLines, conditionText, sampleText } from './expression';
import type { HeaderRule, HttpRequestRule, LogFormat, ProxyRules, SetVarRule, StickTable, TcpRequestRule, TrackRule } from './model';
import { headerName, logFormatText, proxyName, variableName, word } from './scalar';

const TCP_PHASES = ['connection', 'session', 'content'] as const;

/** Prints ACLs and rules, phase by phase: HAProxy runs them in this order whatever their order in the file, and warns when it differs. */
export function ruleLines(rules: ProxyRules, where: string): string[] {
  const declared = declaredAcls(rules);
  const tail = (condition: Condition | undefined, place: string): string => conditionText(condition, declared, place);
  const lines: string[] = [];
  if (rules.stickTable) lines.push(stickTableLine(rules.stickTable, `${where}, stick-table`));
  for (const acl of rules.acls ?? []) lines.push(...aclLines(acl, where));
  if (rules.inspectDelay) lines.push(`tcp-request inspect-delay ${haproxyDuration(rules.inspectDelay, `${where}, tcp-request inspect-delay`)}`);
  for (const phase of TCP_PHASES) {
    const place = `${where}, tcp-request ${phase}`;
    for (const rule of rules.tcpRequest ?? []) {
      if (rule.phase === phase) lines.push(`tcp-request ${phase} ${tcpAction(rule, place)}${tail(rule.condition, place)}`);
    }
  }
  for (const rule of rules.httpRequest ?? []) lines.push(`http-request ${httpAction(rule, `${where}, http-request`)}${tail(rule.condition, `${where}, http-request`)}`);
  for (const rule of rules.httpResponse ?? []) lines.push(`http-response ${headerAction(rule, `${where}, http-response`)}${tail(rule.condition, `${where}, http-response`)}`);
  for (const rule of rules.httpAfterResponse ?? []) {
    lines.push(`http-after-response ${headerAction(rule, `${where}, http-after-response`)}${tail(rule.condition, `${where}, http-after-response`)}`);
  }
  return lines;
}

/** Names that conditions of the section may use. */
export function declaredAcls(rules: ProxyRules): ReadonlySet<string> {
  return new Set((rules.acls ?? []).map((acl) => acl.name));
}

/** Whether the section has rules that only `mode http` runs. */
export function hasHttpRules(rules: ProxyRules): boolean {
  return (rules.httpRequest?.length ?? 0) + (rules.httpResponse?.length ?? 0) + (rules.httpAfterResponse?.length ?? 0) > 0;
}

function stickTableLine(table: StickTable, where: string): string {
  if (table.type === 'string' && table.length === undefined) refuse(where, 'A stick-table of strings has no length', 'set `length`: longer keys are cut and then collide');
  if (table.store.length === 0) refuse(where, 'The stick-table stores nothing', 'name at least one counter');
  const length = table.length === undefined ? '' : ` len ${checkedInteger(table.length, 1, 1024, where)}`;
  const expire = table.expire ? ` expire ${haproxyDuration(table.expire, where)}` : '';
  const store = table.store.map((item) => ('period' in item ? `${item.counter}(${haproxyDuration(item.period, where)})` : item.counter)).join(',');
  return `stick-table type ${table.type}${length} size ${checkedInteger(table.size, 1, 2_147_483_647, where)}${expire} store ${store}`;
}

function tcpAction(rule: TcpRequestRule, where: string): string {
  return 'key' in rule || 'variable' in rule ? sampleAction(rule, where) : rule.action;
}

function httpAction(rule: HttpRequestRule, where: string): string {
  switch (rule.action) {
    case 'deny':
      return rule.status === undefined ? 'deny' : `deny deny_status ${checkedInteger(rule.status, 400, 599, where)}`;
    case 'redirect':
      return `redirect scheme ${rule.scheme} code ${rule.code ?? 308}`;
    case 'wait-for-handshake':
      return 'wait-for-handshake';
    case 'set-header':
    case 'add-header':
    case 'del-header':
      return headerAction(rule, where);
    default:
      return sampleAction(rule, where);
  }
}

function sampleAction(rule: TrackRule | SetVarRule, where: string): string {
  if (rule.action === 'set-var') return `set-var(${variableName(rule.variable, where)}) ${sampleText(rule.value, where)}`;
  return `${rule.action} ${sampleText(rule.key, where)}${rule.table === undefined ? '' : ` table ${proxyName(rule.table, where)}`}`;
}

function headerAction(rule: HeaderRule, where: string): string {
  const name = headerName(rule.name, where);
  return rule.action === 'del-header' ? `del-header ${name}` : `${rule.action} ${name} ${logFormatWord(rule.value, `${where} ${rule.action} ${name}`)}`;
}

function logFormatWord(value: LogFormat, where: string): string {
  const parts = typeof value === 'string' ? [value] : value;
  return word(parts.map((part) => (typeof part === 'string' ? logFormatText(part, where) : `%[${sampleText(part, where)}]`)).join(''), where);
}
