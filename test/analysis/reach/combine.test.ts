// The CNI's rows and the mesh's, put together: of each peer the stricter of both layers, on the ports that either cuts.
import { RowCombiner } from '../../../src/analysis/reach/combine';
import type { Rows } from '../../../src/analysis/reach/row';

const STATES = ['no', 'maybe', 'some', 'yes'] as const;
type State = (typeof STATES)[number];

/** What holds of two layers together: what one holds is held, what one leaves open is open. */
const STRICTER: Readonly<Record<State, Readonly<Record<State, State>>>> = {
  no: { no: 'no', maybe: 'no', some: 'no', yes: 'no' },
  maybe: { no: 'no', maybe: 'maybe', some: 'maybe', yes: 'maybe' },
  some: { no: 'no', maybe: 'maybe', some: 'some', yes: 'some' },
  yes: { no: 'no', maybe: 'maybe', some: 'some', yes: 'yes' },
};

/** One row for every port; the peers are those of the list, the last of which is there so that no row lets everybody through. */
function rowsOf(states: readonly State[], cut?: number): Rows {
  const bitsOf = (wanted: State): Uint32Array => Uint32Array.of(states.reduce((bits, state, at) => (state === wanted ? bits | (1 << at) : bits), 0));
  const all = { yes: bitsOf('yes'), some: states.includes('some') ? bitsOf('some') : undefined, maybe: states.includes('maybe') ? bitsOf('maybe') : undefined };
  const nobody = { yes: Uint32Array.of(0), some: undefined, maybe: undefined };
  return (['SCTP', 'TCP', 'UDP'] as const).flatMap((protocol) => (
    cut === undefined || protocol !== 'TCP' ? [{ protocol, from: 1, to: 65535, ...all }] : [{ protocol, from: 1, to: cut - 1, ...nobody }, { protocol, from: cut, to: 65535, ...all }]));
}

function statesOf({ yes, some, maybe }: Rows[number], peers: number): readonly State[] {
  return Array.from({ length: peers }, (_, at): State => {
    const is = STATES.filter((state) => state !== 'no' && ((({ yes, some, maybe })[state]?.[0] ?? 0) >>> at & 1) === 1);
    expect(is.length).toBeLessThan(2);
    return is[0] ?? 'no';
  });
}

const PAIRS = STATES.flatMap((a) => STATES.map((b) => [a, b] as const));

test('each state of one layer with each of the other, side by side', () => {
  const rows = new RowCombiner().combine([rowsOf([...PAIRS.map(([a]) => a), 'no']), rowsOf([...PAIRS.map(([, b]) => b), 'no'])]);
  for (const row of rows) expect(statesOf(row, PAIRS.length)).toEqual(PAIRS.map(([a, b]) => STRICTER[a][b]));
});

test('each state alone, where one layer holds no more than the other', () => {
  for (const [a, b] of PAIRS) {
    const rows = new RowCombiner().combine([rowsOf([a, 'yes', 'no']), rowsOf([b, 'yes', 'no'])]);
    for (const row of rows) expect(statesOf(row, 3)).toEqual([STRICTER[a][b], 'yes', 'no']);
  }
});

test('ports are cut where either layer cuts them, and each piece has its own answer', () => {
  const rows = new RowCombiner().combine([rowsOf(['yes', 'some', 'no'], 80), rowsOf(['yes', 'yes', 'no'], 443)]);
  expect(rows.filter(({ protocol }) => protocol === 'TCP').map((row) => [row.from, row.to, ...statesOf(row, 2)])).toEqual([[1, 79, 'no', 'no'], [80, 442, 'no', 'no'], [443, 65535, 'yes', 'some']]);
  expect(rows.filter(({ protocol }) => protocol === 'UDP').map((row) => [row.from, row.to, ...statesOf(row, 2)])).toEqual([[1, 65535, 'yes', 'some']]);
});
