// Pods and templates of them: ValidatePodSpec of pkg/apis/core/validation and the defaults of pkg/apis/core/v1, as far as networking goes. Where a pod may be scheduled,
// what its volumes are made of and what it is allowed to do is not held here.
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../schema/names';
import { checkAddress } from './addresses';
import { checkContainers } from './containers';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkSysctls } from './sysctls';
import { checkChoice, checkLabels, checkName, missing } from './words';

const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCHES = 2048;
const GRACE_PERIOD = 30;

export interface PodOptions {
  readonly minor: number;
  readonly isPod?: boolean;
  /** Volumes that come from elsewhere: claims of a StatefulSet. */
  readonly claims?: readonly string[];
  /** The controller sets the name of the host itself. */
  readonly namesHost?: boolean;
}

export const checkPod: NativeCheck = (object, root, minor) => {
  const spec = fields(object.spec);
  checkPodSpec(spec, root.child('spec'), { minor, isPod: true });
  if (list(spec.ephemeralContainers).length > 0) root.child('spec').child('ephemeralContainers').refuse(() => 'ephemeral containers are added to a pod that runs', 'remove them');
};

export const checkPodTemplateKind: NativeCheck = (object, root, minor) => checkTemplate(object.template, root.child('template'), { minor });

/** `template` of whatever makes pods. */
export function checkTemplate(value: unknown, at: Place, options: PodOptions): void {
  const template = fields(value);
  const metadata = fields(template.metadata);
  checkLabels(fields(metadata.labels), at.child('metadata').child('labels'));
  for (const key of Object.keys(fields(metadata.annotations))) {
    checkName(key.toLowerCase(), qualifiedName, at.child('metadata').child('annotations').child(key), 'the annotation key');
  }
  const spec = fields(template.spec);
  checkPodSpec(spec, at.child('spec'), options);
  if (list(spec.ephemeralContainers).length > 0) at.child('spec').child('ephemeralContainers').refuse(() => 'ephemeral containers are added to a pod that runs, not to a template', 'remove them');
}

function checkPodSpec(spec: Fields, at: Place, { minor, isPod = false, claims = [], namesHost = false }: PodOptions): void {
  const volumes = checkVolumes(list(spec.volumes), at.child('volumes'));
  const gracePeriod = given(spec.terminationGracePeriodSeconds) ? integer(spec.terminationGracePeriodSeconds) : GRACE_PERIOD;
  checkContainers(spec, { minor, isPod, gracePeriod, volumes: new Set([...volumes, ...claims]) }, at);
  if (spec.hostNetwork === true) checkHostNetwork(spec, isPod, at.child('containers'));
  if (spec.hostUsers === false && minor >= 33) {
    for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) if (spec[name] === true) at.child(name).refuse(() => `a pod with users of its own (hostUsers: false) may not have ${name}`, 'remove one of them');
  }
  checkChoice(text(spec.restartPolicy) || 'Always', ['Always', 'Never', 'OnFailure'], at.child('restartPolicy'), 'the restart policy');
  checkDns(spec, at, minor);
  checkLabels(fields(spec.nodeSelector), at.child('nodeSelector'));
  checkSysctls(spec, at.child('securityContext').child('sysctls'));
  list(spec.readinessGates).forEach((gate, i) => checkName(text(fields(gate).conditionType), qualifiedName, at.child('readinessGates').child(i).child('conditionType'), 'the condition'));
  // The older of the two names is taken where the newer one is not given.
  const account = text(spec.serviceAccountName) === '' ? 'serviceAccount' : 'serviceAccountName';
  if (text(spec[account]) !== '') checkName(text(spec[account]), dnsSubdomain, at.child(account), 'the name of the ServiceAccount');
  if (text(spec.nodeName) !== '') checkName(text(spec.nodeName), dnsSubdomain, at.child('nodeName'), 'the name of the node');
  const deadline = spec.activeDeadlineSeconds;
  if (given(deadline) && (integer(deadline) < 1 || integer(deadline) > 2147483647)) at.child('activeDeadlineSeconds').refuse(() => `${integer(deadline)} seconds are outside of 1 to 2147483647`);
  if (!namesHost) for (const name of ['hostname', 'subdomain']) if (text(spec[name]) !== '') checkName(text(spec[name]), dnsLabel, at.child(name), `the ${name}`);
  list(spec.tolerations).forEach((item, i) => checkToleration(fields(item), at.child('tolerations').child(i)));
  list(spec.hostAliases).forEach((item, i) => {
    const alias = fields(item);
    const here = at.child('hostAliases').child(i);
    checkAddress(text(alias.ip), here.child('ip'));
    list(alias.hostnames).forEach((name, n) => checkName(text(name), dnsSubdomain, here.child('hostnames').child(n), 'the host name'));
  });
}

function checkToleration(toleration: Fields, at: Place): void {
  const [key, operator, value, effect] = [text(toleration.key), text(toleration.operator), text(toleration.value), text(toleration.effect)];
  if (key !== '') checkName(key, qualifiedName, at.child('key'), 'the key');
  else if (operator !== 'Exists') at.child('operator').refuse(() => 'a toleration without a key is for all taints, and needs the operator Exists', 'give key, or operator: Exists');
  if (given(toleration.tolerationSeconds) && effect !== 'NoExecute') at.child('effect').refuse(() => 'tolerationSeconds are for the effect NoExecute', 'give effect: NoExecute, or remove tolerationSeconds');
  checkChoice(operator || 'Equal', ['Equal', 'Exists'], at.child('operator'), 'the operator');
  if (operator === 'Exists' && value !== '') at.child('operator').refuse(() => 'the operator Exists takes no value', 'remove value');
  else if (operator === '' || operator === 'Equal') checkName(value, labelValue, at.child('operator'), 'the value');
  if (effect !== '') checkChoice(effect, ['NoExecute', 'NoSchedule', 'PreferNoSchedule'], at.child('effect'), 'the effect');
}

/** @returns the names that containers may mount */
function checkVolumes(volumes: readonly unknown[], at: Place): Set<string> {
  const names = new Set<string>();
  volumes.forEach((item, i) => {
    const name = text(fields(item).name);
    const here = at.child(i).child('name');
    if (name === '') missing(here, 'the name of the volume is missing', 'give name');
    else checkName(name, dnsLabel, here, 'the name of the volume');
    if (names.has(name)) here.refuse((show) => `two volumes of the pod are named ${show(name)}`, 'rename one of them');
    names.add(name);
  });
  return names;
}

/** In the network of the host a port of a container is one of the host. In a pod it is filled in. */
function checkHostNetwork(spec: Fields, isPod: boolean, at: Place): void {
  list(spec.containers).map(fields).forEach((container, i) => list(container.ports).map(fields).forEach((port, n) => {
    const containerPort = integer(port.containerPort);
    const hostPort = integer(port.hostPort) || (isPod ? containerPort : 0);
    if (hostPort === 0 || hostPort === containerPort) return;
    at.child(i).child('ports').child(n).child('hostPort').refuse(() => `the port ${hostPort} of the host is not the port ${containerPort} of the container, and with hostNetwork they are one`, 'remove hostPort');
  }));
}

const UNDERSCORED = /^_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?(?:\._?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?)*$/;

function checkDns(spec: Fields, at: Place, minor: number): void {
  const policy = text(spec.dnsPolicy) || 'ClusterFirst';
  checkChoice(policy, ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'], at.child('dnsPolicy'), 'the DNS policy');
  const here = at.child('dnsConfig');
  if (policy === 'None' && !given(spec.dnsConfig)) return missing(here, 'with the DNS policy None a pod has no DNS servers but those of dnsConfig', 'give dnsConfig with nameservers');
  const config = fields(spec.dnsConfig);
  const nameservers = list(config.nameservers);
  if (policy === 'None' && nameservers.length === 0) return missing(here.child('nameservers'), 'with the DNS policy None a pod has no DNS servers but these', 'give at least one');
  if (nameservers.length > MOST_NAMESERVERS) here.child('nameservers').refuse(() => `${nameservers.length} DNS servers where at most ${MOST_NAMESERVERS} may stand`);
  nameservers.forEach((server, i) => checkAddress(text(server), here.child('nameservers').child(i)));
  const searches = list(config.searches).map(text);
  if (searches.length > MOST_SEARCHES) here.child('searches').refuse(() => `${searches.length} domains to search where at most ${MOST_SEARCHES} may stand`);
  if (Buffer.byteLength(searches.join(' ')) > LONGEST_SEARCHES) here.child('searches').refuse(() => `the domains to search have ${Buffer.byteLength(searches.join(' '))} characters together, at most ${LONGEST_SEARCHES} are allowed`);
  searches.forEach((search, i) => {
    const name = search.replace(/\.$/, '');
    const fits = minor >= 33 ? search === '.' || (name.length <= 253 && UNDERSCORED.test(name)) : dnsSubdomain(name) === undefined;
    if (!fits) here.child('searches').child(i).refuse((show) => (search === '' ? 'the domain is empty' : `${show(search)} is not a DNS domain`));
  });
  list(config.options).forEach((option, i) => {
    if (text(fields(option).name) === '') missing(here.child('options').child(i), 'the name of the option is missing', 'give name, for instance ndots');
  });
}
