// Prints haproxy.cfg, section by section. What the parser would refuse, or accept and read otherwise, is refused here.
import { bracketed, checkedAddress, checkedPort, endpoint, isAddress } from '../address';
import type { DurationLike } from '../duration';
import { haproxyDuration } from '../duration';
import { refuse } from '../refuse';
import { checkedInteger, checkedPath, checkedUnique, joinedLines } from '../text';
import { checkHaproxyConfig } from './check';
import { conditionText, sampleText } from './expression';
import type {
  Backend, Balance, Bind, Defaults, Frontend, Global, HaproxyConfig, HealthCheck, Listen, LogTarget, ProxySettings, Resolution, Resolvers, Server, ServerSettings, ServerTemplate,
} from './model';
import { declaredAcls, ruleLines } from './rules';
import { proxyName, word } from './scalar';

/** Prints a haproxy.cfg. @throws NetstackError for what HAProxy would refuse or misread */
export function printHaproxyConfig(config: HaproxyConfig): string {
  checkHaproxyConfig(config);
  const sections: string[][] = [];
  if (config.global) sections.push(['global', ...globalLines(config.global)]);
  for (const resolvers of config.resolvers ?? []) sections.push([`resolvers ${proxyName(resolvers.name, 'resolvers')}`, ...resolversLines(resolvers, `resolvers ${resolvers.name}`)]);
  if (config.defaults) sections.push([`defaults${config.defaults.name === undefined ? '' : ` ${proxyName(config.defaults.name, 'defaults')}`}`, ...defaultsLines(config.defaults)]);
  for (const frontend of config.frontends ?? []) sections.push([`frontend ${proxyName(frontend.name, 'frontend')}`, ...frontendLines(frontend)]);
  for (const listen of config.listens ?? []) {
    const where = `listen ${proxyName(listen.name, 'listen')}`;
    sections.push([where, ...settingLines(listen, where), ...bindLines(listen, where), ...backendLines(listen, where)]);
  }
  for (const backend of config.backends ?? []) {
    const where = `backend ${proxyName(backend.name, 'backend')}`;
    sections.push([where, ...settingLines(backend, where), ...backendLines(backend, where)]);
  }
  return joinedLines(sections.flatMap(([head, ...lines], i) => [...i > 0 ? [''] : [], head, ...lines.map((line) => `    ${line}`)]), 'haproxy.cfg');
}

function globalLines(global: Global): string[] {
  const where = 'global';
  const lines = (global.log ?? []).map((target) => logLine(target, `${where}, log`));
  if (global.chroot !== undefined) lines.push(`chroot ${checkedPath(global.chroot, `${where}, chroot`)}`);
  if (global.statsSocket) {
    const { path, mode, level, exposeFdListeners } = global.statsSocket;
    if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode)) refuse(`${where}, stats socket`, `The mode ${JSON.stringify(mode)} is no file mode`, 'write it in octal, as 660');
    lines.push(`stats socket ${checkedPath(path, `${where}, stats socket`)}${mode ? ` mode ${mode}` : ''}${level ? ` level ${level}` : ''}${exposeFdListeners ? ' expose-fd listeners' : ''}`);
  }
  if (global.statsTimeout) lines.push(`stats timeout ${haproxyDuration(global.statsTimeout, `${where}, stats timeout`)}`);
  if (global.user !== undefined) lines.push(`user ${proxyName(global.user, `${where}, user`)}`);
  if (global.group !== undefined) lines.push(`group ${proxyName(global.group, `${where}, group`)}`);
  if (global.maxconn !== undefined) lines.push(`maxconn ${checkedInteger(global.maxconn, 1, 2_147_483_647, `${where}, maxconn`)}`);
  // The search path must stand before the first script that needs it.
  for (const path of global.luaPrependPath ?? []) lines.push(`lua-prepend-path ${checkedPath(path, `${where}, lua-prepend-path`)}`);
  for (const path of global.luaLoad ?? []) lines.push(`lua-load ${checkedPath(path, `${where}, lua-load`)}`);
  if (global.limitedQuic) lines.push('limited-quic');
  if (global.sslDefaultBindCiphersuites) {
    lines.push(`ssl-default-bind-ciphersuites ${global.sslDefaultBindCiphersuites.map((suite) => proxyName(suite, `${where}, ssl-default-bind-ciphersuites`)).join(':')}`);
  }
  if (global.sslDefaultBindOptions) {
    const { sslMinVer, noTlsTickets } = global.sslDefaultBindOptions;
    const options = [sslMinVer && `ssl-min-ver ${sslMinVer}`, noTlsTickets && 'no-tls-tickets'].filter(Boolean);
    if (options.length > 0) lines.push(`ssl-default-bind-options ${options.join(' ')}`);
  }
  return lines;
}

function logLine(log: LogTarget, where: string): string {
  const target = log.target === 'stdout' ? log.target : checkedPath(log.target, where);
  return `log ${target}${log.format ? ` format ${log.format}` : ''} ${log.facility}${log.level ? ` ${log.level}` : ''}`;
}

function resolversLines(resolvers: Resolvers, where: string): string[] {
  if (resolvers.nameservers.length === 0) refuse(where, 'It has no name server', 'add at least one');
  checkedUnique(resolvers.nameservers.map((server) => server.name), 'name server', where);
  const lines = resolvers.nameservers.map((server) => {
    const place = `${where}, nameserver ${proxyName(server.name, where)}`;
    checkedAddress(server.address, place);
    return `nameserver ${server.name} ${endpoint(server.address, server.port, place)}`;
  });
  if (resolvers.acceptedPayloadSize !== undefined) lines.push(`accepted_payload_size ${checkedInteger(resolvers.acceptedPayloadSize, 512, 65_535, where)}`);
  if (resolvers.resolveRetries !== undefined) lines.push(`resolve_retries ${checkedInteger(resolvers.resolveRetries, 1, 100, where)}`);
  for (const [name, value] of durations(resolvers.timeouts)) lines.push(`timeout ${name} ${haproxyDuration(value, `${where}, timeout ${name}`)}`);
  for (const [name, value] of durations(resolvers.hold)) lines.push(`hold ${name} ${haproxyDuration(value, `${where}, hold ${name}`)}`);
  return lines;
}

function defaultsLines(defaults: Defaults): string[] {
  return settingLines(defaults, 'defaults');
}

function settingLines(settings: ProxySettings, where: string): string[] {
  const lines: string[] = [];
  if (settings.logGlobal) lines.push('log global');
  if (settings.mode) lines.push(`mode ${settings.mode}`);
  checkedUnique(settings.options ?? [], 'option', where);
  for (const option of settings.options ?? []) lines.push(`option ${option}`);
  for (const [name, value] of durations(settings.timeouts)) lines.push(`timeout ${name} ${haproxyDuration(value, `${where}, timeout ${name}`)}`);
  if (settings.maxconn !== undefined) lines.push(`maxconn ${checkedInteger(settings.maxconn, 1, 2_147_483_647, `${where}, maxconn`)}`);
  if (settings.retries !== undefined) lines.push(`retries ${checkedInteger(settings.retries, 0, 100, `${where}, retries`)}`);
  return lines;
}

function frontendLines(frontend: Frontend): string[] {
  const where = `frontend ${frontend.name}`;
  const declared = declaredAcls(frontend);
  const lines = [...settingLines(frontend, where), ...bindLines(frontend, where), ...ruleLines(frontend, where)];
  for (const use of frontend.useBackend ?? []) lines.push(`use_backend ${proxyName(use.backend, where)}${conditionText(use.condition, declared, `${where}, use_backend`)}`);
  if (frontend.defaultBackend !== undefined) lines.push(`default_backend ${proxyName(frontend.defaultBackend, where)}`);
  return lines;
}

function bindLines(proxy: Frontend | Listen, where: string): string[] {
  if (proxy.binds.length === 0) refuse(where, 'It has no bind', 'add at least one');
  return proxy.binds.flatMap((bind) => bindAddresses(bind, `${where}, bind`).map((address) => `bind ${address}${bindOptions(bind, `${where}, bind`)}`));
}

function bindAddresses(bind: Bind, where: string): string[] {
  const port = checkedPort(bind.port, where);
  const quic = bind.transport === 'quic';
  if (bind.address !== undefined) {
    const address = checkedAddress(bind.address, where);
    if (bind.family !== undefined && bind.family !== `ipv${address.family}`) refuse(where, `The address ${address.value} is not of the family ${bind.family}`, 'leave `family` out');
    return [`${quic ? `quic${address.family}@` : ''}${bracketed(bind.address, where)}:${port}`];
  }
  switch (bind.family ?? 'dual') {
    case 'ipv4': return [quic ? `quic4@:${port}` : `0.0.0.0:${port}`];
    case 'ipv6': return [quic ? `quic6@:${port}` : `[::]:${port} v6only`];
    default: return quic ? [`quic4@:${port}`, `quic6@:${port}`] : [`:::${port} v4v6`];
  }
}

function bindOptions(bind: Bind, where: string): string {
  const { ssl } = bind;
  const options: (string | undefined | false)[] = [
    bind.name !== undefined && `name ${proxyName(bind.name, where)}`,
    bind.acceptProxy && 'accept-proxy',
    ssl && `ssl crt ${checkedPath(ssl.crt, `${where}, crt`)}`,
    ssl?.clientCaFile !== undefined && `ca-file ${checkedPath(ssl.clientCaFile, `${where}, ca-file`)} verify ${ssl.verify ?? 'required'}`,
    ssl?.alpn && ssl.alpn.length > 0 && `alpn ${ssl.alpn.join(',')}`,
    ssl?.allow0rtt && 'allow-0rtt',
  ];
  return options.filter(Boolean).map((option) => ` ${option}`).join('');
}

function backendLines(backend: Backend, where: string): string[] {
  const lines: string[] = [];
  if (backend.balance) lines.push(balanceLine(backend.balance, where));
  lines.push(...ruleLines(backend, where), ...healthCheckLines(backend.healthCheck, `${where}, health check`));
  if (backend.defaultServer) lines.push(`default-server${serverWords(backend.defaultServer, `${where}, default-server`)}`);
  for (const server of backend.servers ?? []) lines.push(serverLine(server, `${where}, server ${proxyName(server.name, where)}`));
  for (const template of backend.serverTemplates ?? []) lines.push(templateLine(template, `${where}, server-template ${proxyName(template.prefix, where)}`));
  return lines;
}

function balanceLine(balance: Balance, where: string): string {
  return typeof balance === 'string' ? `balance ${balance}` : `balance hash ${sampleText(balance.hash, `${where}, balance`)}`;
}

function healthCheckLines(check: HealthCheck | undefined, where: string): string[] {
  if (check === undefined) return [];
  if (check.kind === 'tcp') return ['option tcp-check'];
  if (!check.uri.startsWith('/')) refuse(where, `The path ${JSON.stringify(check.uri.slice(0, 40))} does not start with /`, 'write it as /health');
  return [
    'option httpchk',
    `http-check send meth ${check.method ?? 'GET'} uri ${word(check.uri, where)} ver HTTP/1.1 hdr Host ${bracketed(check.host, where)}`,
    `http-check expect status ${checkedInteger(check.expectStatus ?? 200, 100, 599, where)}`,
  ];
}

function serverLine(server: Server, where: string): string {
  const address = endpoint(server.address, server.port, where);
  if (!isAddress(server.address)) {
    if (server.resolvers === undefined) refuse(where, `The host name ${server.address} has no resolvers`, 'name a `resolvers` section: HAProxy does not start on a name that it cannot resolve');
    return `server ${server.name} ${address}${resolutionWords(server, where)}${serverWords(server, where)} init-addr none`;
  }
  if (server.resolvers !== undefined || server.resolvePrefer !== undefined || server.allowDupIp !== undefined) {
    refuse(where, `Resolvers do nothing for the address ${server.address}`, 'name the host instead of its address, or leave them out');
  }
  return `server ${server.name} ${address}${serverWords(server, where)}`;
}

function templateLine(template: ServerTemplate, where: string): string {
  const srv = /^_[a-z0-9-]{1,62}\._(tcp|udp)\./i.exec(template.fqdn);
  const fqdn = srv ? srv[0] + bracketed(template.fqdn.slice(srv[0].length), where) : bracketed(template.fqdn, where);
  if (isAddress(template.fqdn)) refuse(where, `${template.fqdn} is an address`, 'name a host: a server-template is filled from DNS');
  if (!srv && template.port === undefined) refuse(where, `The host name ${template.fqdn} brings no port`, 'set `port`, or name a service as _orders._tcp.example.com');
  if (template.resolvers === undefined) refuse(where, 'It has no resolvers', 'name a `resolvers` section');
  const port = template.port === undefined ? '' : `:${checkedPort(template.port, where)}`;
  return `server-template ${template.prefix} 1-${checkedInteger(template.count, 1, 10_000, where)} ${fqdn}${port}${resolutionWords(template, where)}${serverWords(template, where)} init-addr none`;
}

function resolutionWords(resolution: Resolution, where: string): string {
  return [
    resolution.resolvers !== undefined && `resolvers ${proxyName(resolution.resolvers, where)}`,
    resolution.allowDupIp && 'resolve-opts allow-dup-ip',
    resolution.resolvePrefer && `resolve-prefer ${resolution.resolvePrefer}`,
  ].filter(Boolean).map((text) => ` ${text}`).join('');
}

function serverWords(settings: ServerSettings, where: string): string {
  const duration = (name: string, value: DurationLike | undefined): string | undefined => value && `${name} ${haproxyDuration(value, `${where}, ${name}`)}`;
  const count = (name: string, value: number | undefined, min: number, max: number): string | undefined =>
    value === undefined ? undefined : `${name} ${checkedInteger(value, min, max, `${where}, ${name}`)}`;
  const { ssl } = settings;
  return [
    settings.check && 'check',
    duration('inter', settings.inter),
    duration('fastinter', settings.fastinter),
    duration('downinter', settings.downinter),
    count('rise', settings.rise, 1, 1000),
    count('fall', settings.fall, 1, 1000),
    count('maxconn', settings.maxconn, 1, 2_147_483_647),
    count('weight', settings.weight, 0, 256),
    settings.sendProxy && (settings.sendProxy === 'v2' ? 'send-proxy-v2' : 'send-proxy'),
    settings.backup && 'backup',
    ssl && `ssl verify required ca-file ${checkedPath(ssl.caFile, `${where}, ca-file`)}`,
    ssl?.sni && `sni ${sampleText(ssl.sni, `${where}, sni`)}`,
    ssl?.alpn && ssl.alpn.length > 0 && `alpn ${ssl.alpn.join(',')}`,
  ].filter(Boolean).map((text) => ` ${text}`).join('');
}

/** The durations that are set, in the order of their names. */
function durations(values: object | undefined): [string, DurationLike][] {
  return Object.entries(values ?? {}).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
}
