// Callers whose sidecar leaves some of their calls alone (annotations of `traffic.sidecar.istio.io`): those come as they are, without a certificate.
import type { Endpoint } from '../endpoints';
import { setFact } from '../endpoints';
import type { Selector } from '../selector';
import { both, either, negate, UNKNOWN } from '../selector';
import { MESH } from './members';

/** The fact that tells callers by the ports that their sidecar leaves alone: `,5432,6379,`. With a `~` where it is by address, too. */
const BYPASS = 'mesh.bypass';
/** Who leaves anything alone. */
export const BYPASSING: Selector = { is: 'exists', field: 'fact', key: BYPASS };
const EXCLUDED_PORTS = 'traffic.sidecar.istio.io/excludeOutboundPorts';
const EXCLUDED_RANGES = 'traffic.sidecar.istio.io/excludeOutboundIPRanges';
const INCLUDED_RANGES = 'traffic.sidecar.istio.io/includeOutboundIPRanges';
const INCLUDED_PORTS = 'traffic.sidecar.istio.io/includeOutboundPorts';
const NO_PORTS: readonly string[] = [];

/** Writes who leaves what alone; false when nobody does. */
export function markBypasses(endpoints: readonly Endpoint[]): boolean {
  let any = false;
  for (let i = 0; i < endpoints.length; i++) if (marks(endpoints[i]!)) any = true;
  return any;
}

function marks(endpoint: Endpoint): boolean {
  const { group, facts } = endpoint;
  if (group === undefined || facts[MESH] !== 'sidecar') return false;
  const { annotations } = group;
  const excluded = annotations[EXCLUDED_PORTS];
  const byAddress = saysAny(annotations[EXCLUDED_RANGES]) || saysSome(annotations[INCLUDED_RANGES]) || saysSome(annotations[INCLUDED_PORTS]);
  const ports = excluded === undefined ? NO_PORTS : excluded.split(',').map((one) => one.trim()).filter((one) => one !== '');
  if (ports.length === 0 && !byAddress) return false;
  setFact(endpoint, BYPASS, `,${ports.join(',')},${byAddress ? '~' : ''}`);
  return true;
}

function saysAny(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}

/** Not everything. */
function saysSome(value: string | undefined): boolean {
  return saysAny(value) && value!.trim() !== '*';
}

/** Those of some callers whose calls to ports of Services their sidecar takes. Which of several ports they call is not known. */
export function notBypassing(callers: Selector, doors: readonly number[]): Selector {
  const leaves = doors.map((door): Selector => ({ is: 'test', field: 'fact', key: BYPASS, name: `leaves ${door}`, test: (value) => value.includes(`,${door},`) }));
  const byAddress: Selector = { is: 'test', field: 'fact', key: BYPASS, name: 'by address', test: (value) => value.endsWith('~') };
  const [every, some] = [both(...leaves), either(...leaves)];
  const doubt = doors.length === 1 ? byAddress : either(some, byAddress);
  return both(callers, negate(every), either(negate(doubt), UNKNOWN));
}
