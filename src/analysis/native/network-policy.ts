// NetworkPolicy: pkg/apis/networking/validation (ValidateNetworkPolicySpec), pkg/apis/networking/v1/defaults.go.
import { checkBlock, isStrictlyInside } from './addresses';
import type { Fields, NativeCheck, Place } from './place';
import { fields, given, integer, list, text } from './place';
import { checkChoice, checkLabelSelector, checkPort, checkPortOrName, missing, PROTOCOLS } from './words';

const TYPES: readonly string[] = ['Egress', 'Ingress'];

export const checkNetworkPolicy: NativeCheck = (object, root) => {
  const spec = fields(object.spec);
  const at = root.child('spec');
  checkLabelSelector(spec.podSelector, at.child('podSelector'));
  checkRules(list(spec.ingress), 'from', at.child('ingress'));
  checkRules(list(spec.egress), 'to', at.child('egress'));
  const types = list(spec.policyTypes);
  const here = at.child('policyTypes');
  if (types.length > TYPES.length) here.refuse(() => `${types.length} policy types where there are two`, 'give each of Ingress and Egress at most once');
  else for (let i = 0; i < types.length; i++) checkChoice(text(types[i]), TYPES, here.child(i), 'the policy type');
};

function checkRules(rules: readonly unknown[], peers: 'from' | 'to', at: Place): void {
  for (let i = 0; i < rules.length; i++) {
    const rule = fields(rules[i]);
    const here = at.child(i);
    const [ports, others] = [list(rule.ports), list(rule[peers])];
    for (let n = 0; n < ports.length; n++) checkPolicyPort(fields(ports[n]), here.child('ports').child(n));
    for (let n = 0; n < others.length; n++) checkPeer(fields(others[n]), here.child(peers).child(n));
  }
}

function checkPolicyPort({ protocol, port, endPort }: Fields, at: Place): void {
  if (given(protocol)) checkChoice(text(protocol), PROTOCOLS, at.child('protocol'), 'the protocol');
  if (given(port)) checkPortOrName(port, at.child('port'), 'the port');
  if (!given(endPort)) return;
  const end = integer(endPort);
  const here = at.child('endPort');
  if (!given(port)) missing(here, 'a range that ends must begin: endPort needs port beside it', 'give port');
  else if (typeof port === 'string') here.refuse(() => 'a range needs numbers: beside endPort the port may not be a name', 'give the port as a number');
  else {
    if (end < integer(port)) here.refuse(() => `the range ends at ${end}, before its begin ${integer(port)}`, 'give an endPort that is not below port');
    checkPort(end, here, 'the end of the range');
  }
}

function checkPeer(peer: Fields, at: Place): void {
  checkLabelSelector(peer.podSelector, at.child('podSelector'));
  checkLabelSelector(peer.namespaceSelector, at.child('namespaceSelector'));
  if (given(peer.ipBlock)) checkIpBlock(fields(peer.ipBlock), at.child('ipBlock'));
  const selects = given(peer.podSelector) || given(peer.namespaceSelector);
  if (!selects && !given(peer.ipBlock)) missing(at, 'a peer that says nothing is not allowed', 'give podSelector, namespaceSelector or ipBlock; {} as a selector selects all');
  else if (selects && given(peer.ipBlock)) at.refuse(() => 'a selector and ipBlock may not stand together', 'make two peers of it');
}

function checkIpBlock({ cidr, except }: Fields, at: Place): void {
  if (text(cidr) === '') return missing(at.child('cidr'), 'the block of addresses is missing', 'give cidr, for instance 10.0.0.0/8');
  const block = checkBlock(text(cidr), at.child('cidr'));
  if (block === undefined) return;
  list(except).forEach((item, i) => {
    const here = at.child('except').child(i);
    const inner = checkBlock(text(item), here);
    if (inner !== undefined && !isStrictlyInside(inner, block)) here.refuse((show) => `${show(item)} is no smaller block inside of ${show(cidr)}`, 'an exception must lie inside of cidr and be smaller');
  });
}
