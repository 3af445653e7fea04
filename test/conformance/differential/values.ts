// Values that mean something to built-in kinds, right ones and nearly right ones, by the name of the field that takes them.
import type { Next } from './numbers';
import { pick } from './numbers';

const NAMES = ['a', 'http', 'a.b', 'a-b', 'A', 'a_b', '-a', 'a-', '1a', '12', '80', '', 'a'.repeat(15), 'a'.repeat(16), 'a'.repeat(63), 'a'.repeat(64), `${'a'.repeat(60)}.${'b'.repeat(60)}`, 'a'.repeat(254), 'a--b', 'a b', 'a/b', 'ä', '.', '..', 'a.example.com',
  'example.com/a', 'A.example.com/B', 'a/b/c', '/a', 'a/', '*', '*.example.com', '*.*.com', 'a.*.com', 'example.com.', 'a..b', '10.0.0.1', 'kubernetes.io/h2c'];
const ADDRESSES = ['10.0.0.1', '10.96.0.10', '10.000.0.010', '10.0.0', '10.0.0.256', '127.0.0.1', '169.254.1.1', '224.0.0.1', '224.1.0.1', '0.0.0.0', '255.255.255.255', 'fd00::1', '::1', '::', 'fe80::1', 'ff02::1', '::ffff:10.0.0.1', 'FD00::1', 'fd00:0:0:0:0:0:0:1',
  'fd00::0:1', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', 'fd00::1::2', 'fd00::12345', 'fe80::1%eth0', 'None', '', ' 10.0.0.1', 'fd00::10.0.0.1'];
const BLOCKS = ['10.0.0.0/8', '10.0.0.7/8', '10.0.0.0/33', '10.0.0.0/08', '0.0.0.0/0', '10.1.0.0/16', '11.0.0.0/16', '10.0.0.0/7', '10.0.0.1/32', '010.0.0.0/8', 'fd00::/8', 'fd00:1::/32', 'fd00::/129', '::/0', '::ffff:10.0.0.0/104', '10.0.0.1', '', ' 10.0.0.0/8 ', '10.0.0.0/-1', 'a/8'];
const NUMBERS = [-1, 0, 1, 2, 53, 80, 443, 8080, 10250, 30080, 30081, 32768, 65535, 65536, 70000, 86400, 86401, 1800, 1801, 3600, 3601, 2147483647, -2147483648, 100, 101];
const CHOICES = ['TCP', 'UDP', 'SCTP', 'tcp', 'ICMP', 'ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'Clusterip', 'Local', 'Cluster', 'local', 'ClientIP', 'None', 'IPv4', 'IPv6', 'ipv4', 'FQDN', 'SingleStack', 'PreferDualStack', 'RequireDualStack', 'Ingress', 'Egress',
  'Exact', 'Prefix', 'ImplementationSpecific', 'In', 'NotIn', 'Exists', 'DoesNotExist', 'in', 'Gt', 'Namespace', 'PreferClose', 'PreferSameZone', 'PreferSameNode', 'Resource', 'Pods', 'Object', 'External', 'ContainerResource', 'Utilization', 'Value', 'AverageValue', 'Percent',
  'Max', 'Min', 'Disabled', 'AlwaysAllow', 'IfHealthyBudget', 'Always', 'OnFailure', 'Never', 'IfNotPresent', 'Default', 'ClusterFirst', 'ClusterFirstWithHostNet', 'HTTP', 'HTTPS', 'http', 'RollingUpdate', 'Recreate', 'OnDelete', 'Parallel', 'OrderedReady', 'Forbid', 'Allow',
  'Replace', 'Indexed', 'NonIndexed', 'User', 'Group', 'ServiceAccount', 'Role', 'ClusterRole', 'rbac.authorization.k8s.io', 'Deployment', 'ReplicationController', '', 'x'];
const PERCENTAGES = [0, 1, -1, '0%', '1%', '50%', '100%', '101%', '25', 'x%', '%', '', '-5%', '0.5%', '99999999999999999999%'];
const QUANTITIES = ['0', '1', '-1', '100m', '-100m', '1Gi', '1GB', '1e3', '1E', '0.5', '.5', '1.', '', 'x', '-0', '0m', '1e-10', 1, 0, -1, '+1'];
const PATHS = ['/', '/a', 'a', '', '/a//b', '/a/./b', '/a/../b', '/a/..', '/a/.', '/a%2fb', '/a%2Fb', '/*', '/a b'];
const VERSIONS = ['v1', 'apps/v1', '', 'a/b/c', '/v1', 'apps/', '/'];

const POOLS: ReadonlyArray<readonly [field: RegExp, pools: ReadonlyArray<readonly unknown[]>]> = [
  [/^(protocol|type|pathType|policyTypes|operator|scope|kind|scheme|effect|.*Polic(y|ies)|.*Affinity|.*Family.*|ipFamilies|.*Distribution|addressType|restartPolicy|concurrencyPolicy|completionMode|apiGroup)$/, [CHOICES, CHOICES, NAMES]],
  [/^(clusterIPs?|externalIPs|addresses|nameservers|ip|hostIP|podIP|loadBalancerIP)$/, [ADDRESSES]],
  [/^(cidr|except|.*Ranges|podCIDRs?|cidrs)$/, [BLOCKS, ADDRESSES]],
  [/^(minAvailable|maxUnavailable|maxSurge|partition)$/, [PERCENTAGES]],
  [/^(value|averageValue|tolerance|cpu|memory|storage|divisor)$/, [QUANTITIES]],
  [/^(path|mountPath|subPath)$/, [PATHS, NAMES]],
  [/^apiVersion$/, [VERSIONS]],
  [/port/i, [NUMBERS, NAMES]],
];

/** A value for a field of a built-in kind: of the type that stands there, mostly. */
export function meaningful(field: string, value: unknown, next: Next): unknown {
  const pools = POOLS.find(([pattern]) => pattern.test(field))?.[1] ?? (typeof value === 'number' ? [NUMBERS] : typeof value === 'string' ? [NAMES, NAMES, CHOICES] : [NAMES, NUMBERS]);
  return pick(pick(pools, next), next);
}

/** A value of a type alone. */
export function anyOf(type: string | undefined, next: Next): unknown {
  switch (type) {
    case 'integer': case 'number': return pick(NUMBERS, next);
    case 'boolean': return next(2) === 0;
    default: return pick(NAMES, next);
  }
}
