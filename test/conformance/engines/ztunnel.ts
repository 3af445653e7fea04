// What ztunnel does with the policies that istiod sends it. ztunnel itself cannot be had here, so this matcher is ours, written from its source (src/rbac.rs, src/state.rs):
// the policies of all, of the namespace and of the workload, those that nobody has sent passed over; DENY before ALLOW; any group, all of its rules, any match of a rule that asks
// for anything; without ALLOW everybody passes.
import { BlockList, isIPv4 } from 'node:net';
import type { AmbientAddress } from './istio-ambient';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

export interface NodeConnection {
  readonly source: string;
  readonly destination: string;
  readonly port: number;
  /** Whom the certificate of the caller names. */
  readonly identity?: { readonly trustDomain: string; readonly namespace: string; readonly serviceAccount: string } | undefined;
}

/** Whether the proxy of the node lets a connection through to a pod. */
export function nodeAdmits(policies: readonly Json[], { namespace, policies: own = [] }: AmbientAddress, connection: NodeConnection): boolean {
  const keys = new Set(own);
  const held = policies.filter((policy) => (policy.scope === 'WORKLOAD_SELECTOR' ? keys.has(`${policy.namespace}/${policy.name}`) : policy.scope !== 'NAMESPACE' || policy.namespace === namespace))
    .filter(({ dryRun }) => dryRun !== true);
  if (held.some((policy) => policy.action === 'DENY' && meets(policy, connection))) return false;
  const allow = held.filter(({ action }) => action !== 'DENY');
  return allow.length === 0 || allow.some((policy) => meets(policy, connection));
}

function meets({ groups = [] }: Json, connection: NodeConnection): boolean {
  return groups.some(({ rules = [] }: Json) => rules.every(({ matches = [] }: Json) => matches.length === 0 || matches.some((match: Json) => meetsAll(match, connection))));
}

function meetsAll(match: Json, { source, destination, port, identity }: NodeConnection): boolean {
  const principal = identity && `${identity.trustDomain}/ns/${identity.namespace}/sa/${identity.serviceAccount}`;
  const asks: ReadonlyArray<readonly [string, (value: Json) => boolean]> = [
    ['destinationIps', (value) => inside(value, destination)], ['sourceIps', (value) => inside(value, source)], ['destinationPorts', (value) => value === port],
    ['serviceAccounts', (value) => identity !== undefined && value.namespace === identity.namespace && value.serviceAccount === identity.serviceAccount],
    ['principals', (value) => principal !== undefined && isText(value, principal)], ['namespaces', (value) => isText(value, identity?.namespace ?? '')],
  ];
  const negated = (name: string): string => `not${name[0]!.toUpperCase()}${name.slice(1)}`;
  const asked = asks.filter(([name]) => (match[name] ?? []).length > 0 || (match[negated(name)] ?? []).length > 0);
  return asked.length > 0 && asked.every(([name, holds]) => ((match[name] ?? []).length === 0 || match[name].some(holds)) && !(match[negated(name)] ?? []).some(holds));
}

function isText(value: Json, text: string): boolean {
  if (value.presence !== undefined) return text !== '';
  return value.prefix !== undefined ? text.startsWith(value.prefix) : value.suffix !== undefined ? text.endsWith(value.suffix) : text === (value.exact ?? '');
}

function inside({ address, length = 0 }: Json, ip: string): boolean {
  const bytes = [...Buffer.from(address, 'base64')];
  const four = bytes.length === 4;
  if (four !== isIPv4(ip)) return false;
  const text = four ? bytes.join('.') : Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16)).join(':');
  const block = new BlockList();
  block.addSubnet(text, length, four ? 'ipv4' : 'ipv6');
  return block.check(ip, four ? 'ipv4' : 'ipv6');
}
