import { Testing } from 'cdk8s';
import type { Chart } from 'cdk8s';
import { NetworkApp } from '../../src/app/network-app';
import { NetworkChart } from '../../src/app/network-chart';
import type { NetworkChartProps } from '../../src/app/network-chart';

/** A rendered object, as a test reads it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Rendered = any;

/** An empty chart of the namespace `order-system`. */
export function shop(props: NetworkChartProps = {}): NetworkChart {
  return new NetworkChart(new NetworkApp(), 'shop', { namespace: 'order-system', ...props });
}

/** The chart's objects by `Kind/name`. */
export function objects(chart: Chart): Record<string, Rendered> {
  return Object.fromEntries((Testing.synth(chart) as Rendered[]).map((object) => [`${object.kind}/${object.metadata.name}`, object]));
}

/** The only container of a controller. */
export function container(controller: Rendered): Rendered {
  expect(controller.spec.template.spec.containers).toHaveLength(1);
  return controller.spec.template.spec.containers[0];
}
