// Addresses that questions name, cut where rules tell them apart: a range of one's own, and the public addresses of the internet.
import type { AddressRange } from '../model/ranges';
import { parseRange } from '../model/ranges';
import type { AddressAtom, AddressAtoms } from './addresses';

/** Addresses that are nobody's on the internet (https://www.iana.org/assignments/iana-ipv4-special-registry). */
const PRIVATE: readonly AddressRange[] = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3',
].map((text) => parseRange(text)!);
/** The part of IPv6 that is routed between networks. */
const PUBLIC_IPV6: AddressRange = parseRange('2000::/3')!;

/** The pieces of a range of which each lies inside one atom. */
export function piecesOf(atoms: AddressAtoms, range: AddressRange): readonly AddressAtom[] {
  const [from, to] = atoms.within(range);
  if (from === to) return [{ family: range.family, first: range.first, last: range.last }];
  return atoms.atoms.slice(from, to).map(({ family, first, last }) => ({ family, first: first < range.first ? range.first : first, last: last > range.last ? range.last : last }));
}

/** Public addresses, one piece for each atom that has any. */
export function publicPieces(atoms: AddressAtoms): readonly AddressAtom[] {
  return atoms.atoms.flatMap((atom): readonly AddressAtom[] => {
    if (atom.family === 6) return overlapOf(atom, PUBLIC_IPV6);
    const free = withoutPrivate(atom);
    return free === undefined ? [] : [free];
  });
}

function overlapOf(a: AddressAtom, b: AddressRange): readonly AddressAtom[] {
  const [first, last] = [a.first > b.first ? a.first : b.first, a.last < b.last ? a.last : b.last];
  return first <= last ? [{ family: a.family, first, last }] : [];
}

/** A public piece of an atom that stands for all of them: rules say the same of each. */
function withoutPrivate({ family, first, last }: AddressAtom): AddressAtom | undefined {
  let start = first;
  for (const hole of PRIVATE) {
    if (start > last) return undefined;
    if (hole.first > start) return { family, first: start, last: last < hole.first ? last : hole.first - 1n };
    if (hole.last >= start) start = hole.last + 1n;
  }
  return start > last ? undefined : { family, first: start, last };
}
