import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';

// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
const QUANTITY = /^(\d{1,18}(?:\.\d{1,9})?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;
const SCALE: Readonly<Record<string, number>> = {
  m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

/** The amount of a Kubernetes quantity, for comparison only. @throws NetstackError for a text that is none, or zero */
export function quantityAmount(text: string, where: string, scope: ErrorScope): number {
  const match = typeof text === 'string' ? QUANTITY.exec(text) : null;
  const amount = match ? Number(match[1]) * (match[2] === undefined ? 1 : SCALE[match[2]]!) : 0;
  if (amount > 0) return amount;
  throw new NetstackError({ what: `${where} ${shorten(text)} is not a Kubernetes quantity above zero`, scope, fix: "give such as '250m' of CPU or '512Mi' of memory" });
}
