// The Chart of this library: belongs to a cluster, and costs what it holds.
import { Chart } from 'cdk8s';
import type { ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';
import { Cluster } from '../core/cluster';
import { recordSource } from '../core/provenance';

const NETWORK_CHART = Symbol.for('cdk8s-netstack.NetworkChart');

export interface NetworkChartProps extends ChartProps {
  /** The cluster that the chart's objects are applied to. @default - the cluster of the scope, or the app's only one */
  readonly cluster?: Cluster;
}

/** A set of objects that are applied together: one file of the output folder. */
export class NetworkChart extends Chart {
  /** Whether `value` is a `NetworkChart`, also one of another copy of this package. */
  static isNetworkChart(value: unknown): value is NetworkChart {
    return typeof value === 'object' && value !== null && NETWORK_CHART in value;
  }

  constructor(scope: Construct, id: string, props: NetworkChartProps = {}) {
    super(scope, id, props);
    Object.defineProperty(this, NETWORK_CHART, { value: true });
    recordSource(this);
    if (props.cluster) Cluster.assign(this, props.cluster);
  }
}
