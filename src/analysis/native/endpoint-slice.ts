// EndpointSlice: pkg/apis/discovery/validation, pkg/apis/discovery/v1/defaults.go. The registry drops deprecatedTopology, so nothing is asked of it.
import type { NameRule } from '../schema/names';
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../schema/names';
import { checkAddress, printAddress, refuseSpecial } from './addresses';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, list, text } from './place';
import { checkChoice, checkName, missing, PROTOCOLS } from './words';

const ADDRESS_TYPES: readonly string[] = ['FQDN', 'IPv4', 'IPv6'];
const MOST_PORTS = 20_000;
const MOST_ENDPOINTS = 1000;
const MOST_ADDRESSES = 100;
const MOST_HINTS = 8;

export const checkEndpointSlice: NativeCheck = (object, root, minor) => {
  const type = text(object.addressType);
  checkChoice(type, ADDRESS_TYPES, root.child('addressType'), 'the address type');
  const ports = list(object.ports);
  if (ports.length > MOST_PORTS) tooMany(root.child('ports'), 'ports', ports.length, MOST_PORTS);
  else checkPorts(ports, root.child('ports'));
  const endpoints = list(object.endpoints);
  if (endpoints.length > MOST_ENDPOINTS) return tooMany(root.child('endpoints'), 'endpoints', endpoints.length, MOST_ENDPOINTS);
  endpoints.forEach((item, i) => {
    const endpoint = fields(item);
    const at = root.child('endpoints').child(i);
    checkAddresses(endpoint, type, at.child('addresses'), minor);
    if (given(endpoint.nodeName)) checkName(text(endpoint.nodeName), dnsSubdomain, at.child('nodeName'), 'the name of the node');
    if (given(endpoint.hostname)) checkName(text(endpoint.hostname), dnsLabel, at.child('hostname'), 'the host name');
    const hints = fields(endpoint.hints);
    if (checkHints(hints.forZones, labelValue, at.child('hints').child('forZones'), 'zone')) checkHints(hints.forNodes, dnsSubdomain, at.child('hints').child('forNodes'), 'node');
  });
};

function tooMany(at: Place, what: string, count: number, most: number): void {
  at.refuse(() => `${count} ${what} where at most ${most} may stand`);
}

function checkPorts(ports: readonly unknown[], at: Place): void {
  const names = new Set<string>();
  ports.forEach((item, i) => {
    const port = fields(item);
    const here = at.child(i);
    const name = text(port.name);
    if (name !== '') checkName(name, dnsLabel, here.child('name'), 'the port name');
    if (names.has(name)) here.child('name').refuse((show) => (name === '' ? 'only one port may be without a name' : `the port name ${show(name)} stands twice`), name === '' ? 'give it a name' : 'rename one of them');
    names.add(name);
    if (given(port.protocol)) checkChoice(text(port.protocol), PROTOCOLS, here.child('protocol'), 'the protocol');
    if (given(port.appProtocol)) checkName(text(port.appProtocol), qualifiedName, here.child('appProtocol'), 'the application protocol');
  });
}

function checkAddresses(endpoint: Fields, type: string, at: Place, minor: number): void {
  const addresses = list(endpoint.addresses);
  if (addresses.length === 0) missing(at, 'an endpoint needs an address', 'give at least one address');
  else if (addresses.length > MOST_ADDRESSES) tooMany(at, 'addresses', addresses.length, MOST_ADDRESSES);
  addresses.forEach((item, i) => {
    const value = text(item);
    const here = at.child(i);
    if (type === 'FQDN') return checkDomain(value, here);
    if (type !== 'IPv4' && type !== 'IPv6') return;
    const address = checkAddress(value, here);
    if (address === undefined) return;
    // Newer servers take IPv6 as it is printed only.
    const printed = printAddress(address);
    if (type === 'IPv6' && minor >= 35 && printed !== value) return here.refuse((show) => `${show(value)} is not written in the canonical way`, `write ${printed}`);
    if (`IPv${address.family}` !== type) return here.refuse((show) => `${show(value)} is no ${type} address, and addressType says that it is`, 'give an address of that family');
    refuseSpecial(address, here, value);
  });
}

function checkDomain(value: string, at: Place): void {
  const name = value.replace(/\.$/, '');
  const fits = dnsSubdomain(name) === undefined && name.includes('.') && name.split('.').every((part) => dnsLabel(part) === undefined);
  if (!fits) at.refuse((show) => (value === '' ? 'a domain name is missing' : `${show(value)} is no domain name of two labels and more`), 'write it as host.example.com');
}

/** Whether there are few enough of them to look at what follows. */
function checkHints(hints: unknown, rule: NameRule, at: Place, noun: string): boolean {
  const all = list(hints);
  if (all.length > MOST_HINTS) {
    tooMany(at, 'hints', all.length, MOST_HINTS);
    return false;
  }
  const seen = new Set<string>();
  all.forEach((item, i) => {
    const name = text(fields(item).name);
    const here = at.child(i).child('name');
    if (seen.has(name)) here.refuse((show) => `the ${noun} ${show(name)} stands twice`, 'remove one of them');
    seen.add(name);
    checkName(name, rule, here, `the ${noun}`);
  });
  return true;
}
