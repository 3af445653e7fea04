// References between the sections of one haproxy.cfg, and combinations that HAProxy refuses only when it starts.
import { shorten } from '../../core/errors';
import { refuse } from '../refuse';
import { checkedUnique } from '../text';
import type { Sample } from './expression';
import type { Backend, Bind, Frontend, HaproxyConfig, HttpRequestRule, Listen, Mode, ProxyRules, ProxySettings, TcpRequestRule } from './model';
import { hasHttpRules } from './rules';

/** Checks what no single line shows. */
export function checkHaproxyConfig(config: HaproxyConfig): void {
  const frontends = config.frontends ?? [];
  const backends: readonly Backend[] = [...config.listens ?? [], ...config.backends ?? []];
  checkedUnique([...frontends, ...backends].map((proxy) => proxy.name), 'proxy', 'haproxy.cfg');
  checkedUnique((config.resolvers ?? []).map((section) => section.name), 'resolvers section', 'haproxy.cfg');
  const modeOf = (proxy: ProxySettings): Mode => proxy.mode ?? config.defaults?.mode ?? 'tcp';
  const tables = new Set([...frontends, ...backends].filter((proxy) => proxy.stickTable).map((proxy) => proxy.name));

  for (const frontend of frontends) {
    const where = `frontend ${frontend.name}`;
    checkProxy(frontend, where, modeOf(frontend), tables, config);
    checkBinds(frontend, where, modeOf(frontend));
    const targets = [...(frontend.useBackend ?? []).map((use) => use.backend), ...frontend.defaultBackend === undefined ? [] : [frontend.defaultBackend]];
    if (targets.length === 0) refuse(where, 'It leads to no backend', 'set `defaultBackend`');
    for (const target of targets) {
      const backend = backends.find((candidate) => candidate.name === target);
      if (!backend) return refuse(where, `The backend ${shorten(target)} is not in this file`, 'add it to `backends`');
      if (modeOf(backend) !== modeOf(frontend)) refuse(where, `It is in mode ${modeOf(frontend)} and its backend ${target} in mode ${modeOf(backend)}`, 'give both the same mode');
    }
  }
  for (const listen of config.listens ?? []) checkBinds(listen, `listen ${listen.name}`, modeOf(listen));
  for (const backend of backends) {
    const where = `backend ${backend.name}`;
    checkProxy(backend, where, modeOf(backend), tables, config);
    checkedUnique([...(backend.servers ?? []).map((server) => server.name), ...(backend.serverTemplates ?? []).map((template) => template.prefix)], 'server', where);
    for (const server of [...backend.servers ?? [], ...backend.serverTemplates ?? []]) {
      if (server.resolvers !== undefined && !config.resolvers?.some((section) => section.name === server.resolvers)) {
        refuse(where, `The resolvers section ${shorten(server.resolvers)} is not in this file`, 'add it to `resolvers`');
      }
    }
  }
}

function checkProxy(proxy: ProxySettings & ProxyRules, where: string, mode: Mode, tables: ReadonlySet<string>, config: HaproxyConfig): void {
  if (mode === 'tcp' && hasHttpRules(proxy)) refuse(where, 'It is in mode tcp, which runs no http rules', 'set mode http, or move the rules to `tcpRequest`');
  if (mode === 'tcp' && proxy.options?.some((option) => option === 'httplog' || option === 'forwardfor')) {
    refuse(where, 'It is in mode tcp, where httplog and forwardfor mean nothing', 'use tcplog, and PROXY headers for the client\'s address');
  }
  const inspects = (proxy.tcpRequest ?? []).some((rule) => rule.phase === 'content');
  if (mode === 'tcp' && proxy.inspectDelay === undefined && inspects && usesHello(proxy)) {
    refuse(where, 'It looks into the TLS hello without waiting for it', 'set `inspectDelay`, such as Duration.seconds(5)');
  }
  for (const rule of [...proxy.tcpRequest ?? [], ...proxy.httpRequest ?? []] as (TcpRequestRule | HttpRequestRule)[]) {
    if ('key' in rule && rule.table !== undefined && !tables.has(rule.table)) refuse(where, `The proxy ${shorten(rule.table)} has no stick-table`, 'give it one, or leave `table` out');
    if ('key' in rule && rule.table === undefined && !proxy.stickTable) refuse(where, `${rule.action} has no stick-table to count in`, 'set `stickTable`, or name the proxy that has one in `table`');
  }
  if (samplesOf(proxy).some(usesLua) && (config.global?.luaLoad ?? []).length === 0) refuse(where, 'It calls a Lua function but no script is loaded', 'add the script to `global.luaLoad`');
}

function checkBinds(proxy: Frontend | Listen, where: string, mode: Mode): void {
  const seen: string[] = [];
  for (const bind of proxy.binds) {
    const transport = bind.transport ?? 'tcp';
    checkQuic(bind, where, mode);
    seen.push(`${transport} ${bind.address ?? '*'} ${bind.family ?? 'dual'} ${bind.port}`);
  }
  checkedUnique(seen, 'bind', where);
}

function checkQuic(bind: Bind, where: string, mode: Mode): void {
  if (bind.transport !== 'quic') {
    if (bind.ssl?.alpn?.includes('h3')) refuse(`${where}, bind`, 'h3 runs over QUIC only', 'set transport quic on a bind of its own');
    return;
  }
  if (mode !== 'http') refuse(`${where}, bind`, 'QUIC is terminated by HAProxy and needs mode http', 'set mode http, or forward TCP only');
  if (!bind.ssl?.alpn?.includes('h3')) refuse(`${where}, bind`, 'A QUIC bind has no certificate with ALPN h3', 'set `ssl: { crt, alpn: [\'h3\'] }`');
  if (bind.acceptProxy) refuse(`${where}, bind`, 'QUIC carries no PROXY header', 'leave `acceptProxy` out');
}

function usesHello(proxy: ProxyRules): boolean {
  return samplesOf(proxy).some((sample) => sample.fetch.startsWith('req.ssl_'));
}

function usesLua(sample: Sample): boolean {
  return sample.fetch.startsWith('lua.') || (sample.converters ?? []).some((step) => step.converter.startsWith('lua.'));
}

/** Every sample that stands in ACLs, rules and anonymous conditions. */
function samplesOf(proxy: ProxyRules): Sample[] {
  const rules = [...proxy.tcpRequest ?? [], ...proxy.httpRequest ?? [], ...proxy.httpResponse ?? [], ...proxy.httpAfterResponse ?? []];
  const terms = rules.flatMap((rule) => rule.condition?.any.flat() ?? []);
  return [
    ...(proxy.acls ?? []).map((acl) => acl.sample),
    ...terms.flatMap((term) => (typeof term === 'string' ? [] : [term.sample])),
    ...rules.flatMap((rule) => ('key' in rule ? [rule.key] : rule.action === 'set-var' ? [rule.value] : [])),
    ...rules.flatMap((rule) => ('name' in rule && 'value' in rule && typeof rule.value !== 'string' ? rule.value.filter((part) => typeof part !== 'string') : [])),
  ];
}
