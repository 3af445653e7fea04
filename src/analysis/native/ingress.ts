// Ingress and IngressClass: pkg/apis/networking/validation (validateIngress, ValidateIngressClass), pkg/apis/networking/v1/defaults.go.
import { dnsLabel, dnsLabelWithLetterFirst, dnsSubdomain, pathSegment, portName, wildcardSubdomain } from '../schema/names';
import { parseAddress } from './addresses';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkChoice, checkName, checkPort, missing } from './words';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES: readonly string[] = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_IN_PATHS: readonly string[] = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_AT_END: readonly string[] = ['/..', '/.'];

export const checkIngress: NativeCheck = (object, root) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  const rules = list(spec.rules);
  if (rules.length === 0 && !given(spec.defaultBackend)) missing(at, 'an Ingress without rules and without a default backend serves nothing', 'give rules or defaultBackend');
  if (given(spec.defaultBackend)) checkBackend(fields(spec.defaultBackend), at.child('defaultBackend'));
  rules.forEach((item, i) => {
    const rule = fields(item);
    const here = at.child('rules').child(i);
    checkHost(text(rule.host), here.child('host'), true);
    if (given(rule.http)) checkPaths(fields(rule.http), here.child('http'));
  });
  list(spec.tls).forEach((item, i) => {
    const tls = fields(item);
    const here = at.child('tls').child(i);
    list(tls.hosts).forEach((host, n) => checkHost(text(host), here.child('hosts').child(n), false));
    if (text(tls.secretName) !== '') checkName(text(tls.secretName), dnsSubdomain, here.child('secretName'), 'the name of the Secret');
  });
  if (!given(spec.ingressClassName)) return;
  const name = text(spec.ingressClassName);
  checkName(name, dnsSubdomain, at.child('ingressClassName'), 'the class');
  const annotation = fields(fields(object.metadata).annotations)[CLASS_ANNOTATION];
  if (typeof annotation === 'string' && annotation !== name) {
    root.child('metadata').child('annotations').child(CLASS_ANNOTATION).refuse((show) => `the annotation names the class ${show(annotation)}, and ingressClassName is ${show(name)}`, 'remove the annotation');
  }
};

/** A rule may stand for all hosts, and no host is an address; names of certificates are always given. */
function checkHost(host: string, at: Place, ofRule: boolean): void {
  if (ofRule && host === '') return;
  if (host.includes('*')) return checkName(host, wildcardSubdomain, at, 'the host');
  if (ofRule && parseAddress(host) !== undefined) return at.refuse((show) => `the host ${show(host)} is an address, and must be a DNS name`, 'leave the host out to serve every one');
  checkName(host, dnsSubdomain, at, 'the host');
}

function checkPaths(http: Fields, at: Place): void {
  const paths = list(http.paths);
  if (paths.length === 0) missing(at.child('paths'), 'a rule needs at least one path', 'give paths');
  paths.forEach((item, i) => {
    const path = fields(item);
    const here = at.child('paths').child(i);
    if (!given(path.pathType)) return missing(here.child('pathType'), 'the required field pathType is missing', `give pathType, one of ${PATH_TYPES.join(', ')}`);
    const value = text(path.path);
    const exact = path.pathType === 'Exact' || path.pathType === 'Prefix';
    checkChoice(text(path.pathType), PATH_TYPES, here.child('pathType'), 'the path type');
    const wanted = (): string | undefined => {
      if (!value.startsWith('/')) return 'does not begin with "/"';
      if (!exact) return undefined;
      const inside = FORBIDDEN_IN_PATHS.find((part) => value.includes(part));
      if (inside !== undefined) return `contains ${inside}`;
      const end = FORBIDDEN_AT_END.find((part) => value.endsWith(part));
      return end === undefined ? undefined : `ends with ${end}`;
    };
    const wrong = exact || (path.pathType === 'ImplementationSpecific' && value !== '') ? wanted() : undefined;
    if (wrong !== undefined) {
      here.child('path').refuse((show) => (value === '' ? `the path type ${show(path.pathType)} needs a path` : `the path ${show(value)} ${wrong}`), value === '' ? 'give path, for instance /' : value.startsWith('/') ? undefined : `write /${value}`);
    }
    checkBackend(fields(path.backend), here.child('backend'));
  });
}

function checkBackend(backend: Fields, at: Place): void {
  if (given(backend.resource) && given(backend.service)) return at.refuse(() => 'a backend is a Service or another resource, not both', 'remove one of them');
  if (given(backend.resource)) return checkReference(fields(backend.resource), at.child('resource'));
  if (!given(backend.service)) return missing(at, 'a backend needs a Service or another resource', 'give service with name and port');
  const service = fields(backend.service);
  const here = at.child('service');
  if (text(service.name) === '') missing(here.child('name'), 'the name of the Service is missing', 'give name');
  else checkName(text(service.name), dnsLabelWithLetterFirst, here.child('name'), 'the name of the Service');
  const port = fields(service.port);
  const [name, number] = [text(port.name), integer(port.number)];
  if (name !== '' && number !== 0) at.refuse(() => 'the port is given by name and by number', 'remove one of them');
  else if (name !== '') checkName(name, portName, here.child('port').child('name'), 'the port name');
  else if (number !== 0) checkPort(number, here.child('port').child('number'), 'the port');
  else missing(at, 'the port of the Service is missing', 'give service.port.name or service.port.number');
}

function checkReference(reference: Fields, at: Place): void {
  if (given(reference.apiGroup)) checkName(text(reference.apiGroup), dnsSubdomain, at.child('apiGroup'), 'the group');
  for (const name of ['kind', 'name']) {
    if (text(reference[name]) === '') missing(at.child(name), `the ${name} of the resource is missing`, `give ${name}`);
    else checkName(text(reference[name]), pathSegment, at.child(name), `the ${name}`);
  }
}

const LONGEST_CONTROLLER = 250;
const CONTROLLER_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

export const checkIngressClass: NativeCheck = (object, root) => {
  const spec = fields(object.spec);
  const controller = text(spec.controller);
  const at = root.child('spec').child('controller');
  const slash = controller.indexOf('/');
  if (Buffer.byteLength(controller) > LONGEST_CONTROLLER) at.refuse(() => `the controller's name has ${Buffer.byteLength(controller)} characters, at most ${LONGEST_CONTROLLER} are allowed`);
  if (controller === '') missing(at, 'the name of the controller is missing', 'give controller, for instance example.com/ingress-controller');
  else if (slash <= 0 || dnsSubdomain(controller.slice(0, slash)) !== undefined || !CONTROLLER_PATH.test(controller.slice(slash + 1))) {
    at.refuse((show) => `${show(controller)} is not a domain, "/" and a path of letters, digits and the signs of URLs`, 'write it as example.com/ingress-controller');
  }
  if (given(spec.parameters)) checkParameters(fields(spec.parameters), root.child('spec').child('parameters'));
};

function checkParameters(parameters: Fields, at: Place): void {
  checkReference(parameters, at);
  const scope = given(parameters.scope) ? text(parameters.scope) : 'Cluster';
  checkChoice(scope, ['Cluster', 'Namespace'], at.child('scope'), 'the scope');
  if (scope === 'Cluster' && given(parameters.namespace)) at.child('namespace').refuse(() => 'parameters of scope Cluster have no namespace', 'remove it, or give scope: Namespace');
  if (scope !== 'Namespace') return;
  if (!given(parameters.namespace)) missing(at.child('namespace'), 'parameters of scope Namespace need one', 'give namespace');
  else checkName(text(parameters.namespace), dnsLabel, at.child('namespace'), 'the namespace');
}
