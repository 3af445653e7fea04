// What one end lets through, as everybody who reads it sees it.
import type { Protocol } from './flow';
import type { RowBits } from './row-walk';

export const LAST_PORT = 65535;

/** The peers that pass on some ports: for every request, for some requests, and those of which nobody knows. */
export interface Row extends RowBits {
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
}

/** Rows of one end, by protocol and ascending ports: together every port from 1 to 65535 of each protocol. */
export type Rows = readonly Row[];
