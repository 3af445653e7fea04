// Endpoints, the older form of EndpointSlice: validateEndpointSubsets of pkg/apis/core/validation.
import { dnsLabel, dnsSubdomain, qualifiedName } from '../schema/names';
import { checkAddress, refuseSpecial } from './addresses';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkChoice, checkName, checkPort, missing, PROTOCOLS } from './words';

export const checkEndpoints: NativeCheck = (object, root) => {
  list(object.subsets).forEach((item, i) => {
    const subset = fields(item);
    const at = root.child('subsets').child(i);
    const [ready, waiting] = [list(subset.addresses), list(subset.notReadyAddresses)];
    if (ready.length + waiting.length === 0) missing(at, 'a subset needs an address', 'give addresses or notReadyAddresses');
    ready.forEach((address, n) => checkEndpoint(fields(address), at.child('addresses').child(n)));
    waiting.forEach((address, n) => checkEndpoint(fields(address), at.child('notReadyAddresses').child(n)));
    const ports = list(subset.ports);
    ports.forEach((port, n) => checkEndpointPort(fields(port), ports.length > 1, at.child('ports').child(n)));
  });
};

function checkEndpoint(endpoint: Fields, at: Place): void {
  const address = checkAddress(text(endpoint.ip), at.child('ip'));
  if (address) refuseSpecial(address, at.child('ip'), text(endpoint.ip));
  if (text(endpoint.hostname) !== '') checkName(text(endpoint.hostname), dnsLabel, at.child('hostname'), 'the host name');
  if (given(endpoint.nodeName)) checkName(text(endpoint.nodeName), dnsSubdomain, at.child('nodeName'), 'the name of the node');
}

function checkEndpointPort(port: Fields, several: boolean, at: Place): void {
  const name = text(port.name);
  if (name === '' && several) missing(at.child('name'), 'where there are several ports each needs a name', 'give it a name such as http');
  else if (name !== '') checkName(name, dnsLabel, at.child('name'), 'the port name');
  checkPort(integer(port.port), at.child('port'), 'the port');
  checkChoice(text(port.protocol) || 'TCP', PROTOCOLS, at.child('protocol'), 'the protocol');
  if (given(port.appProtocol)) checkName(text(port.appProtocol), qualifiedName, at.child('appProtocol'), 'the application protocol');
}
