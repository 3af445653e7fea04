// Selectors of Calico, as its own parser reads them (libcalico-go/lib/selector): what it refuses selects nothing that anybody knows.
import { meetsCalicoSelector, parseCalicoSelector } from '../../../src/analysis/model/calico-selector';

const LABELS: Readonly<Record<string, string>> = { app: 'web', all: 'x', notin: 'y' };

function answer(text: string): boolean | 'refused' | undefined {
  const selector = parseCalicoSelector(text);
  return selector === undefined ? 'refused' : meetsCalicoSelector(selector, (key) => LABELS[key] ?? null);
}

test.each<[string, boolean | 'refused']>([
  ['', true], [' \t', true], ['\n', 'refused'],
  ["app starts with 'w'", true], ["app startswith 'w'", true], ["app ends  with 'b'", true], ["app endswith 'w'", false],
  ["app notin {'db'}", true], ["app not  in {'web'}", false],
  ["app in {'web','db'}", true], ["app in {'web',}", true], ["app in {'web' 'db'}", 'refused'], ['app in {}', false], ["app in {,'web'}", 'refused'],
  ['has(app)', true], ['has( app )', true], ['has (app)', 'refused'], ['all( )', true], ['all ()', 'refused'],
  ["all == 'x'", true], ["notin != 'y'", false],
  ["app == 'web'\n", 'refused'], ["app\t==\t'web'", true],
  ["app starts \n with 'w'", true], ["app not\r\nin {'web'}", false], ["app \n in {'web'}", 'refused'], ["app starts with\n'w'", 'refused'], ["!not \n in {'x'}", 'refused'],
  ['!!has(app)', true], ["! ( app == 'web' )", false], ['has(app', 'refused'], ["app == 'web' has(app)", 'refused'],
])('%j', (text, expected) => {
  expect(answer(text)).toBe(expected);
});
