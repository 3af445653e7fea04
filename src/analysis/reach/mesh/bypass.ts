// Callers whose sidecar leaves some of their calls alone (annotations of `traffic.sidecar.istio.io`): those come as they are, without a certificate.
import type { Endpoint } from '../endpoints';
import type { Selector } from '../selector';
import { both, either, negate, UNKNOWN } from '../selector';
import { MESH } from './members';

/** The fact that tells callers by the ports that their sidecar leaves alone: `,5432,6379,`. With a `~` where it is by address, too. */
const BYPASS = 'mesh.bypass';
/** Who leaves anything alone. */
export const BYPASSING: Selector = { is: 'exists', field: 'fact', key: BYPASS };
const PREFIX = 'traffic.sidecar.istio.io/';

/** Writes who leaves what alone; false when nobody does. */
export function markBypasses(endpoints: readonly Endpoint[]): boolean {
  let any = false;
  for (const endpoint of endpoints) {
    const { group, facts } = endpoint;
    if (group === undefined || facts[MESH] !== 'sidecar') continue;
    const said = (name: string): string => (group.annotations[PREFIX + name] ?? '').trim();
    const ports = said('excludeOutboundPorts').split(',').map((one) => one.trim()).filter((one) => one !== '');
    const byAddress = said('excludeOutboundIPRanges') !== '' || !['', '*'].includes(said('includeOutboundIPRanges')) || !['', '*'].includes(said('includeOutboundPorts'));
    if (ports.length === 0 && !byAddress) continue;
    any = true;
    facts[BYPASS] = `,${ports.join(',')},${byAddress ? '~' : ''}`;
  }
  return any;
}

/** Those of some callers whose calls to ports of Services their sidecar takes. Which of several ports they call is not known. */
export function notBypassing(callers: Selector, doors: readonly number[]): Selector {
  const leaves = doors.map((door): Selector => ({ is: 'test', field: 'fact', key: BYPASS, name: `leaves ${door}`, test: (value) => value.includes(`,${door},`) }));
  const byAddress: Selector = { is: 'test', field: 'fact', key: BYPASS, name: 'by address', test: (value) => value.endsWith('~') };
  const [every, some] = [both(...leaves), either(...leaves)];
  const doubt = doors.length === 1 ? byAddress : either(some, byAddress);
  return both(callers, negate(every), either(negate(doubt), UNKNOWN));
}
