// A Service's own addresses and their families: ValidateServiceClusterIPsRelatedFields, and what the allocator asks for before it allocates. Whether the cluster has
// the families and whether an address lies in its range is not asked here.
import { parseAddress } from './addresses';
import type { Fields, Place } from './place';
import { given, list, text } from './place';
import { checkChoice, missing } from './words';

const FAMILIES: readonly string[] = ['IPv4', 'IPv6'];
const POLICIES: readonly string[] = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** The plural field; where it is not given the server fills it from the singular one. */
function addressesOf(spec: Fields): readonly string[] {
  const several = list(spec.clusterIPs).map(text);
  return several.length === 0 && text(spec.clusterIP) !== '' ? [text(spec.clusterIP)] : several;
}

export function isHeadless(spec: Fields): boolean {
  const addresses = addressesOf(spec);
  return addresses.length === 1 && addresses[0] === 'None';
}

export function checkIpFamilies(spec: Fields, at: Place): void {
  const one = text(spec.clusterIP);
  const several = list(spec.clusterIPs).map(text);
  const addresses = addressesOf(spec);
  const families = list(spec.ipFamilies).map(text);
  const here = at.child('clusterIPs');
  // What the user has not written is not named.
  const place = (i: number): Place => (several.length === 0 ? at.child('clusterIP') : here.child(i));
  if (one === '' && several.length > 0) here.refuse(() => 'where clusterIPs is given clusterIP must be its first item, and it is not given', 'give both, or clusterIP alone');
  else if (several.length > 0 && several[0] !== one) here.refuse((show) => `the first item is ${show(several[0])}, and clusterIP is ${show(one)}: they must be the same`, 'give clusterIP alone');
  families.forEach((family, i) => {
    checkChoice(family, FAMILIES, at.child('ipFamilies').child(i), 'the family');
    if (families.indexOf(family) < i) at.child('ipFamilies').child(i).refuse((show) => `the family ${show(family)} stands twice`, 'remove one of them');
  });
  if (given(spec.ipFamilyPolicy)) checkChoice(text(spec.ipFamilyPolicy), POLICIES, at.child('ipFamilyPolicy'), 'the policy');
  if (addresses.length > 2) here.refuse(() => `${addresses.length} addresses where at most 2 may stand, one of each family`, 'remove the others');
  if (!checkEach(addresses, place, here)) return;
  const kinds = addresses.map((address) => parseAddress(address)?.family);
  if (addresses.length > 1 && (!kinds.includes(4) || !kinds.includes(6))) here.refuse(() => 'a Service has at most one address of each family', 'remove one of them');
  if (!isHeadless(spec)) {
    addresses.forEach((address, i) => {
      const wanted = families[i];
      if ((wanted === 'IPv4' && kinds[i] === 6) || (wanted === 'IPv6' && kinds[i] === 4)) {
        place(i).refuse((show) => `${show(address)} is no ${wanted} address, and ipFamilies says that it is`, 'give an address of that family, or change ipFamilies');
      }
    });
  }
  if (!at.refused) checkPolicy(spec, at, addresses, families);
}

function checkEach(addresses: readonly string[], place: (i: number) => Place, here: Place): boolean {
  let good = true;
  addresses.forEach((address, i) => {
    if (i === 0 && address === 'None') {
      if (addresses.length === 1) return;
      here.refuse(() => 'None stands for no address, so no other may stand beside it', 'remove the others');
      good = false;
    } else if (parseAddress(address) === undefined) {
      place(i).refuse((show) => (address === '' ? 'an IP address is missing' : `${show(address)} is no IP address, and not None`), 'leave it out, and the cluster chooses one');
      good = false;
    }
  });
  return good;
}

/** Without a policy one family is meant, but for headless Services without selector. */
function checkPolicy(spec: Fields, at: Place, addresses: readonly string[], families: readonly string[]): void {
  const single = given(spec.ipFamilyPolicy) ? spec.ipFamilyPolicy === 'SingleStack' : !(text(spec.clusterIP) === 'None' && Object.keys((spec.selector ?? {}) as object).length === 0);
  if (!single) return;
  const two = addresses.length === 2 ? 'two addresses are' : families.length === 2 ? 'two families are' : undefined;
  if (two === undefined) return;
  if (given(spec.ipFamilyPolicy)) at.child('ipFamilyPolicy').refuse(() => `SingleStack is one family, and ${two} asked for`, 'use PreferDualStack or RequireDualStack');
  else missing(at.child('ipFamilyPolicy'), `without a policy a Service has one family, and ${two} asked for`, 'give ipFamilyPolicy: PreferDualStack or RequireDualStack');
}
