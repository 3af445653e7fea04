// The Chart of this library: belongs to a cluster, and costs what it holds. A stock App asks each chart for its manifests once per synth, and the stock
// chart answers by resolving and validating the whole app again: quadratic in charts.
import { Chart, YamlOutputType } from 'cdk8s';
import type { ChartProps } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { Cluster } from '../core/cluster';
import { labelKey, labelValue } from '../core/kubernetes-name';
import { recordSource } from '../core/provenance';
import { chartObjects } from './document-order';

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

  /** `instanceof` for charts of any copy of this package; cdk8s' own, inherited, is true for every Chart. */
  static override [Symbol.hasInstance](value: unknown): value is NetworkChart {
    return this === NetworkChart ? NetworkChart.isNetworkChart(value) : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  constructor(scope: Construct, id: string, props: NetworkChartProps = {}) {
    super(scope, id, props);
    for (const [key, value] of Object.entries(this.labels)) {
      labelKey(key, `The label key of chart ${id}`, this);
      labelValue(value, `Label ${key} of chart ${id}`, this);
    }
    recordSource(this);
    if (props.cluster) Cluster.assign(this, props.cluster);
    watch(this.node.root);
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the type of Chart.toJson
  override toJson(): any[] {
    const pass = passes.get(this.node.root);
    const resolved = pass?.charts.get(this);
    if (resolved !== undefined) {
      pass?.charts.delete(this);
      // Not in the state that the app was found in, or failing by itself: the whole check, and its words.
      const constructs = this.node.findAll();
      if (constructs.length === resolved && constructs.every((construct) => construct.node.validate().length === 0)) {
        return chartObjects(this, constructs).map((object) => object.toJson() as unknown);
      }
    }
    try {
      return super.toJson();
    } finally {
      // Outside of App.synth() nothing says when the tree changes next.
      pass?.charts.clear();
    }
  }
}

Object.defineProperty(NetworkChart.prototype, NETWORK_CHART, { value: true });

/** One validation of the whole app by cdk8s: until the next one, each chart may answer once without asking for another. */
interface Pass {
  /** Number of constructs in each chart at that time. */
  readonly charts: Map<IConstruct, number>;
  /** Our app is at work, which asks no chart. */
  idle: boolean;
}

const passes = new WeakMap<IConstruct, Pass>();

function watch(root: IConstruct): void {
  if (passes.has(root)) return;
  const pass: Pass = { charts: new Map(), idle: false };
  passes.set(root, pass);
  root.node.addValidation({
    validate: () => {
      pass.charts.clear();
      // In this layout cdk8s does not ask charts, and the leave would outlive the synth.
      const asksCharts = (root as { yamlOutputType?: unknown }).yamlOutputType !== YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE;
      if (asksCharts && !pass.idle) countCharts(root, pass.charts);
      return [];
    },
  });
}

/** The number of constructs at and below `construct`; those of our charts are noted. */
function countCharts(construct: IConstruct, charts: Map<IConstruct, number>): number {
  let count = 1;
  for (const child of construct.node.children) count += countCharts(child, charts);
  if (NetworkChart.isNetworkChart(construct)) charts.set(construct, count);
  return count;
}

/** Runs a synthesis of `root` that asks no chart for its manifests. */
export function withoutAskingCharts<T>(root: IConstruct, synthesis: () => T): T {
  const pass = passes.get(root);
  if (!pass) return synthesis();
  pass.idle = true;
  try {
    return synthesis();
  } finally {
    pass.idle = false;
    pass.charts.clear();
  }
}
