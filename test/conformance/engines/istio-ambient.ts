// What istiod tells the proxies of its ambient mode: policies, workloads and Services for ztunnel, listeners for waypoints.
// The packages are those of ./istio.ts, in a program of their own.
import { existsSync } from 'node:fs';
import type { Engine } from '../engine';
import { askWrapper, buildWrapper, wrapperBinary } from './wrapper';

const AMBIENT = { name: 'istio-ambient', version: '1.31-dev' } as const;

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** A pod of a waypoint, or of a gateway. */
export interface WaypointPod {
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
}

/** A pod or a Service, as ztunnel knows it. */
export interface AmbientAddress {
  readonly name: string;
  readonly namespace: string;
  readonly addresses: readonly string[];
  /** Of pods: policies by `namespace/name`, beside those of their namespace and of all. */
  readonly policies?: readonly string[];
  /** `namespace/host` of the waypoint. */
  readonly waypoint?: string;
  readonly tunnel?: 'HBONE' | 'NONE';
  /** Of the Service, and of its pods. */
  readonly ports?: Readonly<Record<string, number>>;
}

export interface AmbientAnswer {
  /** What istiod's webhook refuses, by kind, namespace and name: it is left out. */
  readonly invalid: Readonly<Record<string, string>>;
  readonly policies: readonly Json[];
  readonly workloads: readonly AmbientAddress[];
  readonly services: readonly AmbientAddress[];
  /** Of each waypoint. */
  readonly listeners: ReadonlyArray<readonly Json[]>;
  /** Where the gateway sends what is for a cluster. */
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
}

export interface AmbientQuestion {
  readonly documents: readonly object[];
  readonly waypoints: readonly WaypointPod[];
  readonly gateway: WaypointPod;
}

/** Asks istiod about worlds, each by itself. */
export async function askAmbient(worlds: readonly AmbientQuestion[]): Promise<readonly AmbientAnswer[]> {
  return (await askWrapper<{ readonly worlds: readonly AmbientAnswer[] }>(AMBIENT, { worlds }, { PILOT_ENABLE_AMBIENT: 'true' })).worlds;
}

export const istioAmbient: Engine = {
  name: 'istio-ambient',
  target: 'istio 1.31-dev: what istiod tells ztunnel and waypoints',
  source: "istio.io/istio at commit eed52ebb66ad (1.31-dev): pilot's ambient index and its waypoint listeners as a library",
  reads: () => false,
  prepare: () => buildWrapper(AMBIENT),
  version: () => Promise.resolve(existsSync(wrapperBinary(AMBIENT)) ? AMBIENT.version : undefined),
  check: () => Promise.resolve({ accepted: true, output: '' }),
};
