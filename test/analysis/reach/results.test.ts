// What several ways and several sources come to, in which order they are told, and by which words.
import type { Hop, Outcome } from '../../../src/analysis/reach/flow';
import type { Group, Result } from '../../../src/analysis/reach/results';
import { all, any, combine, one, withPrefix } from '../../../src/analysis/reach/results';
import type { Way } from '../../../src/analysis/reach/trace';

const decider = (name: string): Hop['decidedBy'] => [{ entry: { toString: () => name } as never, path: [] }];
const hop = (outcome: Outcome, because: string, decided = false): Hop => ({ layer: 'cni', at: because, outcome, because, decidedBy: decided ? decider(because) : [] });
const way = (to: string, outcome: Outcome, ...hops: readonly Hop[]): Way => ({ from: 'a', to, port: 'TCP 80', outcome, hops });
const simple = (outcome: Outcome, to: string = outcome): Result => one(way(to, outcome, hop(outcome, `${to} because`)));
const group = (from: string, ...results: readonly Result[]): Group => ({ from, ...all(results) });
const order = ({ ways }: Result): string[] => ways.map(({ to }) => to);

test('of parts the worst counts, of alternatives the best, which is told first', () => {
  const [yes, no, open] = [simple('allowed'), simple('denied'), simple('undetermined')];
  expect([all([yes, open]).outcome, all([yes, open, no]).outcome, all([yes, yes]).outcome]).toEqual(['undetermined', 'denied', 'allowed']);
  expect([any([no, open]).outcome, any([no, open, yes]).outcome, any([no, no]).outcome, any([]).outcome]).toEqual(['undetermined', 'allowed', 'denied', 'denied']);
  expect([order(any([no, open, yes])), order(any([no, open])), order(all([no, yes, open]))]).toEqual([['allowed', 'denied', 'undetermined'], ['undetermined', 'denied'], ['denied', 'allowed', 'undetermined']]);
});

test('a way behind other steps is as good as the worst of them', () => {
  const open = way('b', 'allowed', hop('allowed', 'last'));
  expect(withPrefix(open, [])).toBe(open);
  expect(withPrefix(open, [hop('undetermined', 'first')])).toMatchObject({ outcome: 'undetermined', hops: [{ because: 'first' }, { because: 'last' }] });
});

test('who decides: the last document of what is allowed, the first step that holds', () => {
  const said = (...groups: readonly Group[]): unknown[] => {
    const { outcome, because, decidedBy } = combine(groups);
    return [outcome, because, decidedBy.map(({ entry }) => entry.toString())];
  };
  expect(said(group('a', one(way('b', 'allowed', hop('allowed', 'first', true), hop('allowed', 'second', true), hop('allowed', 'third')))))).toEqual(['allowed', 'second', ['second']]);
  expect(said(group('a', one(way('b', 'allowed', hop('allowed', 'first'), hop('allowed', 'second')))))).toEqual(['allowed', 'second', []]);
  expect(said(group('a', one(way('b', 'allowed'))))).toEqual(['allowed', 'nothing restricts it', []]);
  expect(said(group('a', one(way('b', 'denied', hop('allowed', 'first', true), hop('denied', 'second', true), hop('denied', 'third', true)))))).toEqual(['denied', 'second', ['second']]);
  expect(said(group('a', simple('allowed'), one(way('c', 'denied', hop('denied', 'it holds', true))), one(way('d', 'denied', hop('denied', 'it holds, too', true)))))).toEqual(['denied', 'it holds', ['it holds']]);
});

test('of sources that differ each is told what is answered to it', () => {
  const said = (...groups: readonly Group[]): string => combine(groups).because;
  const [yes, no, open] = [(from: string): Group => group(from, simple('allowed', `${from}1`)), (from: string): Group => group(from, simple('denied', `${from}2`)), (from: string): Group => group(from, simple('undetermined', `${from}3`))];
  expect(said(yes('a'), no('b'))).toBe('it is allowed for a and not for b');
  expect(said(no('b'), open('c'))).toBe('it is denied for b and not known for c: c3 because');
  expect(said(yes('a'), open('c'))).toBe('it is allowed for a and not known for c: c3 because');
  expect(said(yes('a'), no('b'), open('c'))).toBe('it is allowed for a, not for b, and not known for c: c3 because');
  expect(said(yes('a'), no('b'), no('c'), no('d'))).toBe('it is allowed for a and not for b, c, d');
  expect(said(yes('a'), no('b'), no('c'), no('d'), no('e'), no('e'))).toBe('it is allowed for a and not for b, c and 2 more');
  // A source that gets through to one pod and not to another is held.
  expect(said(group('a', simple('allowed'), simple('denied')), yes('b'))).toBe('it is allowed for b and not for a');
  expect(combine([yes('a'), group('b', one(way('c', 'denied', hop('denied', 'it holds', true))))])).toMatchObject({ outcome: 'undetermined', decidedBy: [{}] });
});

test('ways that are the same are told once', () => {
  expect(combine([group('a', simple('allowed')), group('b', simple('allowed'))]).ways).toHaveLength(1);
  expect(combine([group('a', simple('allowed', 'x')), group('b', simple('allowed', 'y'))]).ways).toHaveLength(2);
});
