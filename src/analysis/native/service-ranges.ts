// IPAddress and ServiceCIDR, by which a cluster says which addresses its Services have: pkg/apis/networking/validation.
import { dnsSubdomain, pathSegment } from '../schema/names';
import { checkBlock, parseAddress, parseBlock, printAddress } from './addresses';
import type { NativeCheck } from './place';
import { fields, given, list, text } from './place';
import { checkName, missing } from './words';

export const checkIpAddress: NativeCheck = (object, root) => {
  const { name: own, generateName } = fields(object.metadata);
  const name = text(own);
  const address = parseAddress(name);
  const at = root.child('metadata').child('name');
  if (text(generateName) !== '' && parseAddress(text(generateName)) === undefined) {
    root.child('metadata').child('generateName').refuse(() => 'the name of an IPAddress is the address itself, and is not generated', 'remove it, and give name');
  }
  if (name !== '' && address === undefined) at.refuse((show) => `the name of an IPAddress is the address itself, and ${show(name)} is none`);
  else if (address !== undefined && printAddress(address) !== name) at.refuse((show) => `${show(name)} is not written in the canonical way`, `write ${printAddress(address)}`);
  const spec = fields(object.spec);
  const here = root.child('spec').child('parentRef');
  if (!given(spec.parentRef)) return missing(here, 'an IPAddress belongs to an object', 'give parentRef');
  const parent = fields(spec.parentRef);
  if (text(parent.group) !== '') checkName(text(parent.group), dnsSubdomain, here.child('group'), 'the group');
  for (const field of ['resource', 'name']) {
    if (text(parent[field]) === '') missing(here.child(field), `the ${field} of the object is missing`, `give ${field}`);
    else checkName(text(parent[field]), pathSegment, here.child(field), `the ${field}`);
  }
  if (text(parent.namespace) !== '') checkName(text(parent.namespace), pathSegment, here.child('namespace'), 'the namespace');
};

export const checkServiceCidr: NativeCheck = (object, root) => {
  const blocks = list(fields(object.spec).cidrs).map(text);
  const at = root.child('spec').child('cidrs');
  if (blocks.length === 0) return missing(at, 'a ServiceCIDR needs a block of addresses', 'give cidrs, for instance [10.97.0.0/16]');
  if (blocks.length > 2) return at.refuse(() => `${blocks.length} blocks where at most 2 may stand, one of each family`);
  blocks.forEach((written, i) => {
    const block = checkBlock(written, at.child(i));
    if (block === undefined) return;
    const printed = `${printAddress(block)}/${block.prefix}`;
    if (printed !== written) at.child(i).refuse((show) => `${show(written)} is not written in the canonical way, or has bits behind its prefix`, `write ${printed}`);
  });
  const [one, other] = blocks.map((block) => parseBlock(block)?.family);
  if (blocks.length === 2 && one !== undefined && one === other) at.refuse(() => 'a ServiceCIDR has at most one block of each family', 'make two of it');
};
