// Containers of pods: validateContainers, validateInitContainers and validateContainerCommon of pkg/apis/core/validation, as far as networking and references inside of
// the pod go. What containers ask of resources, security and devices is not held here.
import { dnsLabel, dnsSubdomain, portName } from '../schema/names';
import { checkProbe, checkLifecycle, PROBES } from './probes';
import type { Fields, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkChoice, checkName, checkPort, missing, PROTOCOLS } from './words';

/** What containers need to know of their pod. */
export interface PodContext {
  readonly minor: number;
  /** A pod itself, not a template of one: then the ports of the host are filled in. */
  readonly isPod: boolean;
  readonly gracePeriod: number;
  readonly volumes: ReadonlySet<string>;
}

export function checkContainers(spec: Fields, pod: PodContext, at: Place): void {
  const containers = list(spec.containers).map(fields);
  const names = new Set<string>();
  if (containers.length === 0) missing(at.child('containers'), 'a pod needs a container', 'give containers');
  for (let i = 0; i < containers.length; i++) {
    const here = at.child('containers').child(i);
    checkContainer(containers[i]!, pod, names, here);
    checkRunning(containers[i]!, pod, here);
    checkRestart(containers[i]!, pod, here, false);
  }
  checkHostPorts(containers, spec.hostNetwork === true && pod.isPod, at.child('containers'));
  list(spec.initContainers).map(fields).forEach((container, i) => {
    const here = at.child('initContainers').child(i);
    checkContainer(container, pod, names, here);
    checkRestart(container, pod, here, true);
    checkHostPorts([container], spec.hostNetwork === true && pod.isPod, at.child('initContainers'), i);
    if (container.restartPolicy === 'Always') checkRunning(container, pod, here);
    else for (const name of ['lifecycle', ...PROBES]) if (given(container[name])) here.child(name).refuse(() => `an init container that ends has no ${name}`, 'remove it, or make the container a sidecar by restartPolicy: Always');
  });
}

function checkContainer(container: Fields, { volumes }: PodContext, names: Set<string>, at: Place): void {
  const name = text(container.name);
  if (name === '') missing(at.child('name'), 'the name of the container is missing', 'give name');
  else checkName(name, dnsLabel, at.child('name'), 'the name of the container');
  if (name !== '' && names.has(name)) at.child('name').refuse((show) => `two containers of the pod are named ${show(name)}`, 'rename one of them');
  names.add(name);
  if (text(container.image) === '') missing(at.child('image'), 'the image of the container is missing', 'give image');
  checkPorts(list(container.ports), at.child('ports'));
  checkVariables(list(container.env), at.child('env'));
  checkVariableSources(list(container.envFrom), at.child('envFrom'));
  checkMounts(list(container.volumeMounts), volumes, at.child('volumeMounts'));
  if (text(container.imagePullPolicy) !== '') checkChoice(text(container.imagePullPolicy), ['Always', 'IfNotPresent', 'Never'], at.child('imagePullPolicy'), 'the pull policy');
}

function checkPorts(ports: readonly unknown[], at: Place): void {
  const names = new Set<string>();
  for (let i = 0; i < ports.length; i++) checkContainerPort(fields(ports[i]), names, at.child(i));
}

function checkContainerPort(port: Fields, names: Set<string>, here: Place): void {
  const name = text(port.name);
  if (name !== '') {
    if (names.has(name) && portName(name) === undefined) refuseTwice(name, here.child('name'));
    checkName(name, portName, here.child('name'), 'the port name');
    names.add(name);
  }
  const containerPort = integer(port.containerPort);
  if (containerPort === 0) missing(here.child('containerPort'), 'the port of the container is missing', 'give containerPort');
  else checkPort(containerPort, here.child('containerPort'), 'the port');
  if (integer(port.hostPort) !== 0) checkPort(integer(port.hostPort), here.child('hostPort'), 'the port of the host');
  checkChoice(text(port.protocol) || 'TCP', PROTOCOLS, here.child('protocol'), 'the protocol');
}

function refuseTwice(name: string, at: Place): void {
  at.refuse((show) => `two ports of the container are named ${show(name)}`, 'rename one of them');
}

/** A port of the host is given away once for a protocol and an address. `only` is the place of a single container. */
function checkHostPorts(containers: readonly Fields[], filledIn: boolean, at: Place, only?: number): void {
  const taken = new Set<string>();
  for (let i = 0; i < containers.length; i++) {
    const ports = list(containers[i]!.ports);
    for (let n = 0; n < ports.length; n++) {
      const port = fields(ports[n]);
      const hostPort = integer(port.hostPort) || (filledIn ? integer(port.containerPort) : 0);
      if (hostPort === 0) continue;
      const key = `${text(port.protocol) || 'TCP'}/${text(port.hostIP)}/${hostPort}`;
      if (taken.has(key)) refuseHostPort(hostPort, filledIn && integer(port.hostPort) === 0, at.child(only ?? i).child('ports').child(n).child('hostPort'));
      taken.add(key);
    }
  }
}

function refuseHostPort(hostPort: number, isFilledIn: boolean, at: Place): void {
  at.refuse(() => `the port ${hostPort} of the host is asked for twice${isFilledIn ? ', because the pod is in the network of its host' : ''}`, 'use another port');
}

/** Printable ASCII without `=`. */
const VARIABLE = /^[\x20-\x3c\x3e-\x7e]+$/;

function checkVariables(variables: readonly unknown[], at: Place): void {
  for (let i = 0; i < variables.length; i++) checkVariable(fields(variables[i]), at.child(i));
}

function checkVariable(variable: Fields, at: Place): void {
  const name = text(variable.name);
  if (name === '') missing(at.child('name'), 'the name of the variable is missing', 'give name');
  else if (!VARIABLE.test(name)) refuseSigns(name, at.child('name'));
  if (given(variable.valueFrom)) checkSource(variable, at);
}

function refuseSigns(name: string, at: Place): void {
  at.refuse((show) => `the name ${show(name)} has other signs than printable ASCII without "="`);
}

const SOURCES: readonly string[] = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

function checkSource(variable: Fields, at: Place): void {
  const source = fields(variable.valueFrom);
  const sources: string[] = [];
  for (const one of SOURCES) if (given(source[one])) sources.push(one);
  const here = at.child('valueFrom');
  if (sources.length === 0) missing(here, 'the source of the value is missing', 'give configMapKeyRef, secretKeyRef, fieldRef or resourceFieldRef');
  else if (text(variable.value) !== '') here.refuse(() => 'both a value and its source are given', 'remove one of them');
  else if (sources.length > 1) here.refuse(() => `a value has one source, and here ${sources.join(' and ')} are given`, 'keep one of them');
}

function checkVariableSources(sources: readonly unknown[], at: Place): void {
  sources.forEach((item, i) => {
    const source = fields(item);
    const here = at.child(i);
    const prefix = text(source.prefix);
    if (prefix !== '' && !VARIABLE.test(prefix)) here.child('prefix').refuse((show) => `the prefix ${show(prefix)} has other signs than printable ASCII without "="`);
    const present = ['configMapRef', 'secretRef'].filter((name) => given(source[name]));
    for (const name of present) {
      const reference = text(fields(source[name]).name);
      // A dash at the end is taken, as it is in the beginning of a name.
      if (reference === '') missing(here.child(name).child('name'), 'the name is missing', 'give name');
      else checkName(reference.length > 1 && reference.endsWith('-') ? `${reference.slice(0, -2)}a` : reference, dnsSubdomain, here.child(name).child('name'), 'the name');
    }
    if (present.length === 0) missing(here, 'the source of the variables is missing', 'give configMapRef or secretRef');
    else if (present.length > 1) here.refuse(() => 'both configMapRef and secretRef are given', 'make two sources of it');
  });
}

function checkMounts(mounts: readonly unknown[], volumes: ReadonlySet<string>, at: Place): void {
  const paths = new Set<string>();
  mounts.forEach((item, i) => {
    const mount = fields(item);
    const here = at.child(i);
    const [name, path] = [text(mount.name), text(mount.mountPath)];
    if (name === '') missing(here.child('name'), 'the name of the volume is missing', 'give name');
    else if (!volumes.has(name)) here.child('name').refuse((show) => `the pod has no volume ${show(name)}`, 'add it to volumes, or name another one');
    if (path === '') missing(here.child('mountPath'), 'the path of the mount is missing', 'give mountPath');
    else if (paths.has(path)) here.child('mountPath').refuse((show) => `two volumes are mounted at ${show(path)}`, 'change one of them');
    paths.add(path);
  });
}

/** What a container has that goes on running. */
function checkRunning(container: Fields, { gracePeriod, minor }: PodContext, at: Place): void {
  if (given(container.lifecycle)) checkLifecycle(container.lifecycle, gracePeriod, at.child('lifecycle'), minor);
  for (const name of PROBES) checkProbe(container[name], name, at.child(name));
}

function checkRestart(container: Fields, { minor }: PodContext, at: Place, init: boolean): void {
  const here = at.child('restartPolicy');
  if (!given(container.restartPolicy)) {
    if (list(container.restartPolicyRules).length > 0) missing(here, 'rules of restarting need a policy that they make exceptions of', 'give restartPolicy');
    return;
  }
  if (minor >= 35) checkChoice(text(container.restartPolicy), ['Always', 'Never', 'OnFailure'], here, 'the restart policy');
  else if (init) checkChoice(text(container.restartPolicy), ['Always'], here, 'the restart policy of an init container');
  else here.refuse(() => 'only init containers have a restart policy of their own', 'remove it');
}
