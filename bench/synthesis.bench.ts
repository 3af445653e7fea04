// Synthesis against stock cdk8s, and its growth. One service is eight manifests.
import type { Bench, BenchRow } from './measure';
import { least, medians } from './measure';
import { CLASSES, synthesis, wholeProgram } from './services';
import type { Layout } from './services';

const ONE: Layout = 'one chart';
const EACH: Layout = 'chart per service';

const GROWTH_BUDGET = 6;

export const rows: Bench = function* ({ quick }): Generator<BenchRow> {
  const inOne = quick ? 1000 : 5000;
  const rounds = quick ? 3 : 5;
  const one = medians({
    stock: synthesis(CLASSES.stock, inOne, ONE), ours: synthesis(CLASSES.NetworkApp, inOne, ONE), mixed: synthesis(CLASSES['our chart and object'], inOne, ONE),
  }, rounds);
  yield { what: `synth, ${inOne} services, one chart: NetworkApp / stock`, measured: one.ours / one.stock, unit: 'x', budget: 0.15 };
  yield { what: `synth, ${inOne} services, one chart: stock App with our chart and object / stock`, measured: one.mixed / one.stock, unit: 'x', budget: 0.25 };

  const each = quick ? 400 : 1000;
  const charts = medians({
    stock: synthesis(CLASSES.stock, each, EACH), ours: synthesis(CLASSES.NetworkApp, each, EACH), mixed: synthesis(CLASSES['our chart and object'], each, EACH),
  }, rounds);
  // A chart per service is quadratic in stock cdk8s: at the small size there is less to win.
  yield { what: `synth, ${each} services, chart per service: NetworkApp / stock`, measured: charts.ours / charts.stock, unit: 'x', budget: quick ? 0.35 : 0.2 };
  yield { what: `synth, ${each} services, chart per service: stock App with our chart and object / stock`, measured: charts.mixed / charts.stock, unit: 'x', ...(quick ? {} : { budget: 0.25 }) };

  const small = quick ? 400 : 1000;
  for (const layout of [ONE, EACH]) {
    const growth = least({ small: synthesis(CLASSES.NetworkApp, small, layout), large: synthesis(CLASSES.NetworkApp, small * 5, layout) }, rounds);
    yield { what: `synth, NetworkApp, ${layout}: ${small * 5} services / ${small} services`, measured: growth.large / growth.small, unit: 'x', budget: GROWTH_BUDGET };
  }
  const mixedGrowth = least({ small: synthesis(CLASSES['our chart and object'], small, EACH), large: synthesis(CLASSES['our chart and object'], small * 5, EACH) }, rounds);
  yield { what: `synth, stock App with our chart and object, ${EACH}: ${small * 5} services / ${small} services`, measured: mixedGrowth.large / mixedGrowth.small, unit: 'x', budget: GROWTH_BUDGET };

  const whole = medians({ stock: wholeProgram(CLASSES.stock, small, ONE), ours: wholeProgram(CLASSES.NetworkApp, small, ONE) }, rounds);
  yield { what: `build and synth, ${small} services, one chart: NetworkApp / stock`, measured: whole.ours / whole.stock, unit: 'x' };
};
