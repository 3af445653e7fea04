// Service, as the API server creates it: pkg/apis/core/validation (validateService), pkg/apis/core/v1/defaults.go, pkg/registry/core/service/storage/alloc.go.
import { dnsLabel, dnsSubdomain, qualifiedName } from '../schema/names';
import { checkAddress, checkBlock, refuseSpecial } from './addresses';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkIpFamilies, isHeadless } from './service-addresses';
import { checkChoice, checkLabels, checkName, checkPort, checkPortOrName, missing, PROTOCOLS } from './words';

const TYPES: readonly string[] = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const DAY = 86400;
const KUBELET_PORT = 10250;
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

export const checkService: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  const type = text(spec.type) || 'ClusterIP';
  if (type !== 'ExternalName') checkIpFamilies(spec, at);
  if (type === 'NodePort' || type === 'LoadBalancer') checkNodePortsTaken(spec, type, at);
  checkTopology(object, root);
  checkChoice(type, TYPES, at.child('type'), 'the type');
  checkType(spec, type, at);
  checkPorts(spec, type, at, minor);
  checkLabels(fields(spec.selector), at.child('selector'));
  checkAffinity(spec, at);
  list(spec.externalIPs).forEach((value, i) => {
    const here = at.child('externalIPs').child(i);
    const address = checkAddress(text(value), here);
    if (address) refuseSpecial(address, here, text(value));
  });
  checkLoadBalancer(object, spec, type, root);
  checkTrafficPolicies(spec, type, at);
  if (given(spec.trafficDistribution)) {
    checkChoice(text(spec.trafficDistribution), minor >= 34 ? ['PreferClose', 'PreferSameZone', 'PreferSameNode'] : ['PreferClose'], at.child('trafficDistribution'), 'the traffic distribution');
  }
};

function checkTopology(object: Fields, root: Place): void {
  const annotations = fields(fields(object.metadata).annotations);
  const [hints, mode] = [annotations[HINTS], annotations[MODE]];
  if (typeof hints !== 'string' || typeof mode !== 'string' || hints === mode) return;
  root.child('metadata').child('annotations').child(MODE).refuse((show) => `the mode ${show(mode)} differs from ${show(hints)} of the older annotation ${HINTS}`, `remove ${HINTS}`);
}

function checkType(spec: Fields, type: string, at: Place): void {
  if (type !== 'ExternalName') {
    if (list(spec.ports).length === 0 && !isHeadless(spec)) missing(at.child('ports'), 'a Service without ports must be headless', 'give a port, or clusterIP: None');
    if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
      at.child(text(spec.clusterIP) === 'None' ? 'clusterIP' : 'clusterIPs').refuse(() => `a Service of type ${type} may not be headless`, 'remove clusterIP, or use type ClusterIP');
    }
    return;
  }
  for (const name of ['clusterIPs', 'ipFamilies']) if (list(spec[name]).length > 0) at.child(name).refuse(() => `a Service of type ExternalName has no ${name}`, 'remove it');
  if (text(spec.clusterIP) !== '' && list(spec.clusterIPs).length === 0) at.child('clusterIP').refuse(() => 'a Service of type ExternalName has no clusterIP', 'remove it');
  if (given(spec.ipFamilyPolicy)) at.child('ipFamilyPolicy').refuse(() => 'a Service of type ExternalName has no ipFamilyPolicy', 'remove it');
  const name = text(spec.externalName).replace(/\.$/, '');
  if (name === '') missing(at.child('externalName'), 'a Service of type ExternalName needs externalName', 'give the DNS name that it stands for');
  else checkName(name, dnsSubdomain, at.child('externalName'), 'the name');
}

/** What the ports of a Service have taken before the next one. */
interface Taken {
  readonly names: Set<string>;
  readonly ports: Set<string>;
  readonly nodePorts: Set<string>;
}

function checkPorts(spec: Fields, type: string, at: Place, minor: number): void {
  const ports = list(spec.ports);
  const taken: Taken = { names: new Set(), ports: new Set(), nodePorts: new Set() };
  for (let i = 0; i < ports.length; i++) checkServicePort(fields(ports[i]), ports.length > 1, type, taken, at.child('ports').child(i), minor);
}

function checkServicePort(port: Fields, isOneOfSeveral: boolean, type: string, taken: Taken, here: Place, minor: number): void {
  const number = integer(port.port);
  const name = text(port.name);
  if (name === '' && isOneOfSeveral) missing(here.child('name'), 'where a Service has several ports each needs a name', 'give it a name such as http');
  else if (name !== '') {
    checkName(name, dnsLabel, here.child('name'), 'the port name');
    if (taken.names.has(name)) refuseTwice(name, here.child('name'));
    taken.names.add(name);
  }
  checkPort(number, here.child('port'), 'the port');
  if (type === 'LoadBalancer' && number === KUBELET_PORT && minor < 34) here.refuse(() => `a load balancer may not open port ${KUBELET_PORT}, which is the kubelet's`, 'use another port');
  const protocol = text(port.protocol) || 'TCP';
  checkChoice(protocol, PROTOCOLS, here.child('protocol'), 'the protocol');
  if (port.targetPort !== 0 && port.targetPort !== '' && given(port.targetPort)) checkPortOrName(port.targetPort, here.child('targetPort'), 'the target port');
  if (given(port.appProtocol)) checkName(text(port.appProtocol), qualifiedName, here.child('appProtocol'), 'the application protocol');
  const nodePort = integer(port.nodePort);
  if (nodePort !== 0) checkNodePort(nodePort, protocol, type, taken.nodePorts, here);
  const claim = `${protocol} ${number}`;
  if (taken.ports.has(claim)) here.refuse(() => `the port ${number} stands twice for ${protocol}`, 'remove one of them');
  taken.ports.add(claim);
}

function refuseTwice(name: string, at: Place): void {
  at.refuse((show) => `the port name ${show(name)} stands twice`, 'rename one of them');
}

function checkNodePort(nodePort: number, protocol: string, type: string, taken: Set<string>, here: Place): void {
  if (type === 'ClusterIP') here.child('nodePort').refuse(() => 'a Service of type ClusterIP has no node ports', 'remove it, or use type NodePort');
  // A dry run lets any number pass; no range that a cluster can have holds these.
  else if (type !== 'ExternalName') checkPort(nodePort, here.child('nodePort'), 'the node port');
  // What is allocated is told by the allocation.
  if (type !== 'NodePort' && type !== 'LoadBalancer' && taken.has(`${protocol} ${nodePort}`)) here.child('nodePort').refuse(() => `the node port ${nodePort} stands twice for ${protocol}`, 'use another one');
  taken.add(`${protocol} ${nodePort}`);
}

/** A node port is allocated once: only ports of one number, which differ by protocol, may share it. */
function checkNodePortsTaken(spec: Fields, type: string, at: Place): void {
  const ports = list(spec.ports).map(fields);
  const wanted = new Map<number, number>();
  for (const { port, nodePort } of ports) if (integer(nodePort) !== 0 && !wanted.has(integer(port))) wanted.set(integer(port), integer(nodePort));
  const allocates = type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false;
  const byPort = new Map<number, number>();
  const taken = new Set<number>();
  ports.forEach((item, i) => {
    const port = integer(item.port);
    let nodePort = integer(item.nodePort);
    if (nodePort === 0 && !allocates) return;
    const before = byPort.get(port);
    if (before === undefined) nodePort = wanted.get(port) ?? 0;
    else if (nodePort === 0 || nodePort === before) return;
    if (nodePort === 0) return;
    if (taken.has(nodePort)) at.child('ports').child(i).child('nodePort').refuse(() => `the node port ${nodePort} is taken by another port of this Service`, 'use another one');
    taken.add(nodePort);
    if (before === undefined) byPort.set(port, nodePort);
  });
  const health = integer(spec.healthCheckNodePort);
  if (health !== 0 && needsHealthCheck(spec, type) && taken.has(health)) {
    at.child('healthCheckNodePort').refuse(() => `the node port ${health} is taken by a port of this Service`, 'use another one');
  }
}

function checkAffinity(spec: Fields, at: Place): void {
  const affinity = text(spec.sessionAffinity) || 'None';
  checkChoice(affinity, ['ClientIP', 'None'], at.child('sessionAffinity'), 'the session affinity');
  if (affinity !== 'ClientIP') return;
  const { timeoutSeconds } = fields(fields(spec.sessionAffinityConfig).clientIP);
  if (!given(timeoutSeconds)) return;
  const seconds = integer(timeoutSeconds);
  if (seconds < 1 || seconds > DAY) at.child('sessionAffinityConfig').child('clientIP').child('timeoutSeconds').refuse(() => `${seconds} seconds are outside of 1 to ${DAY}, which is a day`);
}

function checkLoadBalancer(object: Fields, spec: Fields, type: string, root: Place): void {
  const at = root.child('spec');
  const only = (here: Place): void => here.refuse(() => `this is for Services of type LoadBalancer, and this one is of type ${type}`, 'remove it, or use type LoadBalancer');
  const ranges = list(spec.loadBalancerSourceRanges);
  const annotation = fields(fields(object.metadata).annotations)[SOURCE_RANGES];
  if (ranges.length > 0) {
    const here = at.child('loadBalancerSourceRanges');
    if (type !== 'LoadBalancer') only(here);
    ranges.forEach((range, i) => checkBlock(text(range).trim(), here.child(i)));
  } else if (typeof annotation === 'string') {
    const here = root.child('metadata').child('annotations').child(SOURCE_RANGES);
    if (type !== 'LoadBalancer') only(here);
    if (annotation.trim() !== '') for (const range of annotation.trim().split(',')) checkBlock(range.trim(), here);
  }
  if (given(spec.allocateLoadBalancerNodePorts) && type !== 'LoadBalancer') only(at.child('allocateLoadBalancerNodePorts'));
  if (!given(spec.loadBalancerClass)) return;
  if (type !== 'LoadBalancer') only(at.child('loadBalancerClass'));
  else checkName(text(spec.loadBalancerClass), qualifiedName, at.child('loadBalancerClass'), 'the load balancer class');
}

const POLICIES: readonly string[] = ['Cluster', 'Local'];

function needsHealthCheck(spec: Fields, type: string): boolean {
  return type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
}

function checkTrafficPolicies(spec: Fields, type: string, at: Place): void {
  const external = text(spec.externalTrafficPolicy);
  const accessible = type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && list(spec.externalIPs).length > 0);
  if (accessible) checkChoice(external || 'Cluster', POLICIES, at.child('externalTrafficPolicy'), 'the policy');
  else if (external !== '') {
    at.child('externalTrafficPolicy').refuse(() => `a Service of type ${type}${type === 'ClusterIP' ? ' without externalIPs' : ''} is not reached from outside`, 'remove it, or use type LoadBalancer or NodePort');
  }
  const health = integer(spec.healthCheckNodePort);
  if (health !== 0 && !needsHealthCheck(spec, type)) {
    at.child('healthCheckNodePort').refuse(() => 'a health check port is for type LoadBalancer with externalTrafficPolicy Local', 'remove it');
  } else if (health !== 0) checkPort(health, at.child('healthCheckNodePort'), 'the health check port');
  if (given(spec.internalTrafficPolicy)) checkChoice(text(spec.internalTrafficPolicy), POLICIES, at.child('internalTrafficPolicy'), 'the policy');
}
