// Versions of engines as people write them: `istio=1.30`, `gateway-api=1.6/experimental`, and `targets:` in netstack.yaml.
import { NetstackError, shorten } from '../../core/errors';
import type { GatewayApiChannel, System, Targets } from '../../core/targets';
import { KNOWN_LINES, resolveLine, resolveTargets, systemName } from '../../core/targets';
import { suggest } from '../schema/suggest';
import { mergeTargets } from './merge';

/**
 * Reads `targets:` of netstack.yaml: names in kebab or camel case, versions as texts or numbers, Gateway API also as a mapping of version and channel.
 *
 * @param where the file, for the error
 * @throws NetstackError for what is no target
 */
export function targetsOfConfig(value: unknown, where: string): Targets {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NetstackError({ what: `The targets are ${shorten(value)}`, where, fix: 'give a mapping such as { kubernetes: "1.35", istio: "1.30" }' });
  }
  let targets: Targets = {};
  for (const [name, version] of Object.entries(value as Readonly<Record<string, unknown>>)) {
    const system = systemOf(name, where);
    if (typeof version === 'number') {
      // YAML reads 1.30 as 1.3: only the text says which was meant.
      throw new NetstackError({ what: `The target ${systemName(system)} is a number, ${version}`, where, fix: 'put the version in quotes' });
    }
    if (typeof version === 'string') targets = mergeTargets(targets, readVersion(system, version, where)) ?? {};
    else targets = { ...targets, [system]: version };
  }
  resolveTargets(targets, where);
  return targets;
}

/** Reads `system=version[/channel]`. @throws NetstackError for what is no target */
export function readTarget(text: string): Targets {
  const equals = text.indexOf('=');
  if (equals < 1) {
    const system = systemOf(equals < 0 ? text : '', undefined);
    throw new NetstackError({ what: `${shorten(text)} names no version`, fix: `write ${systemName(system)}=${KNOWN_LINES[system].at(-1)}` });
  }
  return readVersion(systemOf(text.slice(0, equals), undefined), text.slice(equals + 1), undefined);
}

function readVersion(system: System, text: string, where: string | undefined): Targets {
  const slash = text.indexOf('/');
  const first = slash < 0 ? text : text.slice(0, slash);
  if (system !== 'gatewayApi') {
    if (slash >= 0) throw new NetstackError({ what: `${shorten(text)} is not a version of ${systemName(system)}: only gateway-api has channels`, ...(where === undefined ? {} : { where }), fix: `write ${systemName(system)}=${first}` });
    return { [system]: known(system, text, where) };
  }
  if (slash < 0 && isChannel(text)) return { gatewayApi: { channel: text } };
  const channel = slash < 0 ? undefined : text.slice(slash + 1);
  if (channel !== undefined && !isChannel(channel)) {
    throw new NetstackError({ what: `Gateway API has no channel ${shorten(channel)}`, ...(where === undefined ? {} : { where }), fix: `write gateway-api=${first}/standard or gateway-api=${first}/experimental` });
  }
  return { gatewayApi: { version: known(system, first, where), ...(channel === undefined ? {} : { channel }) } };
}

function isChannel(text: string): text is GatewayApiChannel {
  return text === 'standard' || text === 'experimental';
}

function known(system: System, version: string, where: string | undefined): string {
  if (version === 'latest') return KNOWN_LINES[system].at(-1)!;
  resolveLine(system, version, where);
  return version;
}

const SHORT: Readonly<Record<string, System>> = { k8s: 'kubernetes', gwapi: 'gatewayApi' };

/** `gateway-api`, `gatewayApi` and `GatewayAPI` are one system. */
function systemOf(name: string, where: string | undefined): System {
  const folded = fold(name);
  const found = SHORT[folded] ?? SYSTEMS.get(folded);
  if (found) return found;
  const names = [...SYSTEMS.values()].map(systemName);
  const meant = suggest(name, names);
  throw new NetstackError({
    what: name === '' ? 'No system is named' : `There is no system ${shorten(name)}`, ...(where === undefined ? {} : { where }), fix: meant === undefined ? `name one of ${names.join(', ')}` : `write ${meant}`,
  });
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

const SYSTEMS: ReadonlyMap<string, System> = new Map((Object.keys(KNOWN_LINES) as System[]).map((system) => [fold(system), system]));
