// How answers, differences, exposures and graphs are printed: many of a kind, none of a kind, and texts that a terminal, a table or a graph would take for its own.
import type { Exposure } from '../../../src/analysis/reach/exposure';
import type { ConnectivityDiff, PairChange } from '../../../src/analysis/reach/diff';
import type { DecidedBy, ExplainedHop, ExplainedWay, Explanation } from '../../../src/analysis/reach/explain';
import type { Graph } from '../../../src/analysis/reach/graph';
import { answerJson, printAnswer, printExplanation } from '../../../src/analysis/reach/print/answer';
import { csvField, csvTable } from '../../../src/analysis/reach/print/csv';
import { diffCsv, diffDot, diffJson, diffMarkdown, diffSummary, diffText, opens } from '../../../src/analysis/reach/print/diff';
import { exposureCsv, exposureJson, exposureMarkdown, exposureText } from '../../../src/analysis/reach/print/exposure';
import { graphDot, graphJson, graphMermaid } from '../../../src/analysis/reach/print/graph';

const by = (name: string, rule?: string, place: Partial<DecidedBy> = {}): DecidedBy => ({ name, ...rule !== undefined && { rule }, ...place } as DecidedBy);
const hop = (more: Partial<ExplainedHop> = {}): ExplainedHop => ({ layer: 'cni', at: 'ingress of b', outcome: 'allowed', because: 'it admits it', decidedBy: [], ...more });
const way = (more: Partial<ExplainedWay> = {}): ExplainedWay => ({ from: 'a', to: 'b', port: 'TCP 80', outcome: 'allowed', hops: [hop()], ...more });
const answer = (more: Partial<Explanation> = {}): Explanation => ({ from: 'a', to: 'b:80', outcome: 'allowed', because: 'it admits it', decidedBy: [by('P x')], ways: [way()], ...more });

describe('an answer in one line', () => {
  test.each<[string, Partial<Explanation>, string]>([
    ['who decides, with the rule', { decidedBy: [by('P x', 'ingress rule 1')] }, 'allowed  a → b:80  decided by P x (ingress rule 1)'],
    ['three who decide', { decidedBy: [by('P x'), by('P y'), by('P z')] }, 'allowed  a → b:80  decided by P x, P y, P z'],
    ['more than three', { decidedBy: [by('P w'), by('P x'), by('P y'), by('P z')] }, 'allowed  a → b:80  decided by P w, P x and 2 more'],
    ['one who decides twice', { decidedBy: [by('P x'), by('P x')] }, 'allowed  a → b:80  decided by P x'],
    ['nobody decides', { decidedBy: [] }, 'allowed  a → b:80  because it admits it'],
    ['nobody knows', { outcome: 'undetermined', because: 'Whether A takes it is not known' }, 'undetermined  a → b:80  because whether A takes it is not known'],
    ['names of kinds stay as they are', { outcome: 'undetermined', because: 'AuthorizationPolicy x: it cannot be read' }, 'undetermined  a → b:80  because AuthorizationPolicy x: it cannot be read'],
    ['a request and a cluster', { request: 'GET /', cluster: 'beijing' }, 'allowed  a → b:80 GET /  in beijing  decided by P x'],
    ['a request of headers only', { request: '' }, 'allowed  a → b:80  decided by P x'],
    ['only some requests', { ways: [way({ only: ['GET', 'POST /x'] })] }, 'allowed  a → b:80  only for GET, POST /x  decided by P x'],
    ['some requests, of what is denied all the same', { outcome: 'denied', ways: [way({ outcome: 'denied', only: ['GET'] })] }, 'denied  a → b:80  decided by P x'],
    ['what a terminal would take for its own', { to: 'b\u001b[31m:80' }, 'allowed  a → b\\u001b[31m:80  decided by P x'],
  ])('%s', (_, more, line) => {
    expect(printAnswer(answer(more))).toBe(`${line}\n`);
  });

  test('colour where it is asked for, and only there', () => {
    expect(printAnswer(answer(), { color: true })).toContain('\u001b[');
    expect(printExplanation(answer(), { color: true })).toContain('\u001b[');
    expect(printAnswer(answer()) + printExplanation(answer())).not.toContain('\u001b');
  });

  test('as data, with the ways or without', () => {
    expect(JSON.parse(answerJson(answer({ ways: [way({ only: ['GET'] })] }), false))).toMatchObject({ schema: 'netstack/answer/v1', outcome: 'allowed', only: ['GET'] });
    expect(JSON.parse(answerJson(answer({ ways: [way({ only: ['GET'] })] }), true))).toMatchObject({ ways: [{ only: ['GET'] }] });
    expect(JSON.parse(answerJson(answer({ ways: [] }), false))).not.toHaveProperty('ways');
  });
});

describe('an explanation', () => {
  const tree = (...ways: readonly ExplainedWay[]): string => printExplanation(answer({ ways })).split('\n').slice(3).join('\n');

  test('of steps that were passed, held and not known, with what the caller sees', () => {
    expect(tree(way({ hops: [hop({ outcome: 'denied', answer: 403 }), hop({ outcome: 'denied', answer: 'dropped' }), hop({ outcome: 'denied' }), hop({ outcome: 'undetermined', answer: 'dropped' })] }))).toBe(`a → b  TCP 80
├ ✗ cni      ingress of b (answered 403)
│   it admits it
├ ✗ cni      ingress of b (dropped)
│   it admits it
├ ✗ cni      ingress of b
│   it admits it
└ ? cni      ingress of b
    it admits it
`);
  });

  test('without a step, with the requests that pass, and with what would turn it', () => {
    expect(tree(way({ hops: [], only: ['GET', 'POST'], wouldBe: { outcome: 'denied', changes: [{ text: 'one', at: by('P x', undefined, { file: 'x.yaml', line: 3 }) }, { text: 'two', at: by('P y') }, { text: 'three' }] } }))).toBe(`a → b  TCP 80
├ ✓ nothing on the way restricts it
├ only for GET, POST
└ would be denied if one
    x.yaml:3
  and if two
  and if three
`);
  });

  test('with three places, and a count of the others', () => {
    const places = (count: number): string => tree(way({ hops: [hop({ decidedBy: Array.from({ length: count }, (_, i) => by(`P ${i}`, undefined, { file: 'x.yaml', line: i, constructPath: 'c', source: 's.ts:1' })) })] }));
    expect(places(3)).toMatch(/P 0 {2}x\.yaml:0 {2}c {2}s\.ts:1\n.*P 1.*\n.*P 2 .*\n$/);
    expect(places(4)).toMatch(/P 2 .*\n {4}and 1 more document\n$/);
    expect(places(5)).toMatch(/P 2 .*\n {4}and 2 more documents\n$/);
  });

  test('with a place that has a file only, and with none', () => {
    expect(tree(way({ hops: [hop({ decidedBy: [by('P x', undefined, { file: 'x.yaml' }), by('P y')] })] }))).toMatch(/\n {4}P x {2}x\.yaml\n {4}P y\n$/);
  });

  test('ways that differ in who calls only are told once; what would turn them differs, too, but for pieces of the internet', () => {
    const from = (name: string): ExplainedWay => way({ from: name, hops: [hop({ because: `P x admits ${name} on TCP 80` })] });
    expect(tree(from('job'), from('web'), from('cron'))).toBe('job and 2 more → b  TCP 80\n└ ✓ cni      ingress of b\n    P x admits job on TCP 80\n');
    expect(tree(from('job'))).toMatch(/^job → b/);
    const turned = (name: string, text: string): ExplainedWay => ({ ...from(name), wouldBe: { outcome: 'denied', changes: [{ text }] } });
    expect(tree(turned('job', 'one'), turned('web', 'two')).match(/→/g)).toHaveLength(2);
    expect(tree(turned('internet', 'one'), turned('internet', 'two')).match(/→/g)).toHaveLength(1);
    expect(tree(from('job'), { ...from('web'), to: 'c' }).match(/→/g)).toHaveLength(2);
  });
});

describe('a difference', () => {
  const change = (kind: PairChange['kind'], src: string, more: Partial<PairChange> = {}): PairChange => ({ kind, src, dst: 'b', before: kind === 'added' ? '' : 'TCP 1', after: kind === 'removed' ? '' : 'TCP 2', causes: [], ...more });
  const diff = (pairs: readonly PairChange[], more: Partial<ConnectivityDiff> = {}): ConnectivityDiff => ({ pairs, added: [], removed: [], undetermined: 0, ...more });
  const FOUR = [change('removed', 'r'), change('narrowed', 'n'), change('widened', 'w'), change('added', 'a')];

  test('opens something when a pair is added or widened', () => {
    expect((['added', 'widened', 'narrowed', 'removed'] as const).map((kind) => opens(diff([change(kind, 'x')])))).toEqual([true, true, false, false]);
  });

  test.each<[ConnectivityDiff, string]>([
    [diff([]), 'No pair is different'],
    [diff([change('added', 'x')]), '1 pair is different: 1 added'],
    [diff(FOUR), '4 pairs are different: 1 added, 1 widened, 1 narrowed, 1 removed'],
    [diff([], { added: ['x'], removed: ['y', 'z'] }), 'No pair is different; 1 workload is new; 2 workloads are gone'],
    [diff([], { added: ['x', 'y'], removed: ['z'] }), 'No pair is different; 2 workloads are new; 1 workload is gone'],
    [diff([], { undetermined: 1 }), 'No pair is different; of 1 more pair the documents do not decide whether something was opened'],
    [diff([], { undetermined: 2, reason: 'P x' }), 'No pair is different; of 2 more pairs the documents do not decide whether something was opened (P x)'],
  ])('in one sentence: %#', (found, sentence) => {
    expect(diffSummary(found)).toBe(sentence);
  });

  test('as text: what was opened comes first, with its causes', () => {
    const causes = [{ text: 'P x was changed', fate: 'changed' as const, document: by('P x', undefined, { file: 'x.yaml', line: 3 }) }, { text: 'P y was added', fate: 'added' as const, document: by('P y', undefined, { file: 'y.yaml' }) }, { text: 'Z', fate: 'changed' as const }];
    expect(diffText(diff([...FOUR.slice(0, 3), change('added', 'a', { causes, cluster: 'beijing' })], { added: ['x'], removed: ['y'] }))).toBe(`new   x
gone  y

+ added     beijing:a => beijing:b : TCP 2
    P x was changed  x.yaml:3
    P y was added  y.yaml
    Z
> widened   w => b : TCP 1 → TCP 2
< narrowed  n => b : TCP 1 → TCP 2
- removed   r => b : TCP 1

4 pairs are different: 1 added, 1 widened, 1 narrowed, 1 removed; 1 workload is new; 1 workload is gone
`);
    expect(diffText(diff([]))).toBe('No pair is different\n');
    expect(diffText(diff(FOUR), { color: true })).toContain('\u001b[');
    expect(diffText(diff(FOUR))).not.toContain('\u001b');
  });

  test('as csv, json and dot', () => {
    expect(diffCsv(diff([change('added', 'a', { cluster: 'c', causes: [{ text: 'one', fate: 'added' }, { text: 'two', fate: 'added' }] }), change('removed', 'r')]))).toBe('change,cluster,src,dst,before,after,cause\nadded,c,a,b,,TCP 2,one; two\nremoved,,r,b,TCP 1,,\n');
    expect(JSON.parse(diffJson(diff(FOUR, { added: ['x'], removed: ['y'], undetermined: 3, reason: 'why' })))).toMatchObject({
      schema: 'netstack/diff/v1', pairs: [{ kind: 'added' }, { kind: 'widened' }, { kind: 'narrowed' }, { kind: 'removed' }], workloads: { added: ['x'], removed: ['y'] },
      summary: { added: 1, widened: 1, narrowed: 1, removed: 1, undetermined: 3, reason: 'why' },
    });
    expect((JSON.parse(diffJson(diff([]))) as { summary: object }).summary).toEqual({ added: 0, widened: 0, narrowed: 0, removed: 0, undetermined: 0 });
    expect(diffDot(diff([...FOUR, change('added', 'x"\\', { cluster: 'c' })]))).toBe(`digraph diff {
  rankdir=LR;
  node [shape=box];
  "a" -> "b" [label="added: TCP 2", color=red];
  "c:x\\"\\\\" -> "c:b" [label="added: TCP 2", color=red];
  "w" -> "b" [label="widened: TCP 1 → TCP 2", color=orange];
  "n" -> "b" [label="narrowed: TCP 1 → TCP 2", color=blue];
  "r" -> "b" [label="removed: TCP 1", color=gray, style=dashed];
}
`);
  });

  test('for a pull request: a sign, names, a table that fits a comment', () => {
    expect(diffMarkdown(diff([]))).toBe('### netstack diff: ✅ No pair is different\n');
    expect(diffMarkdown(diff([], { undetermined: 1 }))).toMatch(/^### netstack diff: ❔ /);
    expect(diffMarkdown(diff([change('removed', 'r', { undetermined: 1 } as never)], { undetermined: 1 }))).toMatch(/^### netstack diff: ❔ /);
    expect(diffMarkdown(diff([change('added', 'a')], { undetermined: 1 }))).toMatch(/^### netstack diff: ⚠️ /);
    expect(diffMarkdown(diff([], { added: ['x', 'y`'], removed: ['z'] }))).toBe('### netstack diff: ✅ No pair is different; 2 workloads are new; 1 workload is gone\n\nNew: `x`, `y\'`\n\nGone: `z`\n');
    expect(diffMarkdown(diff([], { added: Array.from({ length: 51 }, (_, i) => `w${i}`) }))).toContain('`w49` and 1 more\n');
    expect(diffMarkdown(diff([], { added: Array.from({ length: 50 }, (_, i) => `w${i}`) }))).toContain('`w49`\n');
    expect(diffMarkdown(diff([change('added', 'a|<b>', { cluster: 'c', causes: [{ text: 'one', fate: 'added' }, { text: 'two', fate: 'added' }] }), change('removed', 'r')]))).toContain('\n| added | c:a\\|&lt;b> | c:b | – | TCP 2 | one; two |\n| removed | r | b | TCP 1 | – |  |\n');
    const long = diffMarkdown(diff(Array.from({ length: 2000 }, (_, i) => change('added', `workload-${i}`, { after: 'TCP 1-65535'.repeat(3) }))));
    expect(long.length).toBeLessThan(60_100);
    const rows = long.match(/^\| added /gm)!.length;
    expect(long).toContain(`\n… and ${2000 - rows} more: \`netstack diff\` lists them.\n`);
  });
});

describe('exposures', () => {
  const one = (more: Partial<Exposure> = {}): Exposure => ({ from: 'internet', door: 'Gateway g', host: '*', match: '/*', to: 'x', connections: 'TCP 80', verdict: 'allowed', because: 'policies admit it', decidedBy: [by('P x', 'ingress rule 1')], ...more });
  const text = (...exposures: readonly Exposure[]): string => exposureText({ exposures, held: 0 }, ['internet']);

  test('sections that were asked for, also where they are empty', () => {
    expect(exposureText({ exposures: [one()], held: 0 }, ['internet', 'namespaces'])).toBe('From the internet: 1\nDOOR       HOST  MATCH  TO  CONNECTIONS  VERDICT  DECIDED BY\nGateway g  *     /*     x   TCP 80       allowed  P x (ingress rule 1)\n\nFrom workloads of other namespaces: nothing\n');
    const two = { exposures: [one(), one({ from: 'namespaces', callers: ['ops'], to: 'longer' })], held: 0 };
    expect(exposureText(two, ['internet'])).toBe('From the internet: 1\nDOOR       HOST  MATCH  TO  CONNECTIONS  VERDICT  DECIDED BY\nGateway g  *     /*     x   TCP 80       allowed  P x (ingress rule 1)\n');
    expect(exposureMarkdown(two, ['internet', 'namespaces']).match(/^\| /gm)).toHaveLength(6);
    expect(exposureMarkdown(two, ['namespaces'])).toContain('| ops | longer |');
    expect(exposureMarkdown({ exposures: [], held: 0 }, ['unlabelled'])).toBe('### From a pod without labels, in a namespace of its own\n\nnothing\n');
    expect(exposureMarkdown({ exposures: [one({ host: 'a|<b>' })], held: 0 }, ['internet'])).toBe('### From the internet\n\n| DOOR | HOST | MATCH | TO | CONNECTIONS | VERDICT | DECIDED BY |\n| --- | --- | --- | --- | --- | --- | --- |\n| Gateway g | a\\|&lt;b> | /* | x | TCP 80 | allowed | P x (ingress rule 1) |\n');
  });

  test('who decides, why nobody knows, and what is answered', () => {
    expect(text(one({ decidedBy: [] }))).toContain('allowed  policies admit it\n');
    expect(text(one({ verdict: 'undetermined', because: 'nobody knows' }))).toContain('undetermined  nobody knows\n');
    expect(text(one({ verdict: 'denied', answer: 401 }))).toContain('  401 without a token  P x (ingress rule 1)\n');
    expect(text(one({ verdict: 'denied', answer: 403 }))).toContain('  answered 403  P x (ingress rule 1)\n');
    expect(text(one({ decidedBy: ['1', '2', '3'].map((name) => by(name)) }))).toContain('allowed  1, 2, 3\n');
    expect(text(one({ decidedBy: ['1', '2', '3', '4'].map((name) => by(name)) }))).toContain('allowed  1, 2 and 2 more\n');
    expect(text(one({ decidedBy: [by('1'), by('1')] }))).toContain('allowed  1\n');
  });

  test('of several clusters and callers', () => {
    expect(exposureText({ exposures: [{ ...one(), from: 'namespaces', cluster: 'beijing', callers: ['a', 'b', 'c', 'd'] }], held: 0 }, ['namespaces'])).toBe('From workloads of other namespaces: 1\nCLUSTER  FROM            TO  CONNECTIONS  VERDICT  DECIDED BY\nbeijing  a, b and 2 more  x   TCP 80       allowed  P x (ingress rule 1)\n'.replace('FROM            TO', 'FROM             TO'));
    expect(text(one({ door: undefined, host: undefined, match: undefined }))).toContain('DOOR  HOST  MATCH  TO  CONNECTIONS  VERDICT  DECIDED BY\n                   x   TCP 80       allowed  P x (ingress rule 1)\n');
  });

  test('as data, and for a spreadsheet', () => {
    expect(exposureCsv({ exposures: [one({ callers: ['a', 'b'], cluster: 'c', answer: 401, decidedBy: [by('1'), by('2')] }), one({ door: undefined, host: undefined, match: undefined, decidedBy: [] })], held: 0 })).toBe(
      'from,callers,cluster,door,host,match,to,connections,verdict,answer,because,decidedBy\ninternet,a b,c,Gateway g,*,/*,x,TCP 80,allowed,401,policies admit it,1; 2\ninternet,,,,,,x,TCP 80,allowed,,policies admit it,\n',
    );
    expect(JSON.parse(exposureJson({ exposures: [one()], held: 2 }))).toMatchObject({ schema: 'netstack/exposure/v1', exposures: [{ to: 'x' }], held: 2 });
  });
});

test('a graph: nodes inside of their namespaces, and texts that are quoted', () => {
  const graph: Graph = {
    nodes: [{ id: 'b/y', label: 'b/y[Pod]', group: 'b' }, { id: 'x', label: '0.0.0.0[External]', group: undefined }, { id: 'a/"z\\', label: 'a/"z\\[Pod]', group: 'a' }, { id: 'a/k', label: 'a/k[Pod]', group: 'a' }],
    edges: [{ from: 'b/y', to: 'x', connections: 'TCP 80' }, { from: 'a/"z\\', to: 'b/y', connections: '<all>' }],
  } as never;
  expect(graphDot(graph)).toBe(`digraph netstack {
  rankdir=LR;
  node [shape=box];
  "x" [label="0.0.0.0[External]"];
  subgraph "cluster_a" {
    label="a";
    "a/\\"z\\\\" [label="\\"z\\\\[Pod]"];
    "a/k" [label="k[Pod]"];
  }
  subgraph "cluster_b" {
    label="b";
    "b/y" [label="y[Pod]"];
  }
  "b/y" -> "x" [label="TCP 80"];
  "a/\\"z\\\\" -> "b/y" [label="<all>"];
}
`);
  expect(graphMermaid(graph)).toBe(`flowchart LR
  subgraph g0["b"]
    n0["y[Pod]"]
  end
  n1["0.0.0.0[External]"]
  subgraph g1["a"]
    n2["#34;z#92;[Pod]"]
    n3["k[Pod]"]
  end
  n0 -->|"TCP 80"| n1
  n2 -->|"#60;all#62;"| n0
`);
  expect(JSON.parse(graphJson(graph))).toMatchObject({ schema: 'netstack/graph/v1', nodes: [{ id: 'b/y' }, {}, {}, {}] });
  expect(graphDot({ ...graph, nodes: [], edges: [], pairs: 930 })).toBe('digraph netstack {\n  rankdir=LR;\n  node [shape=box];\n  // 930 pairs, drawn by namespace: netstack connlist lists them, and --focus draws a part\n}\n');
});

test('fields of a spreadsheet: quoted where they must be, and never calculated', () => {
  expect(['a', 'a,b', 'a"b', 'a\nb', 'a\rb', '=1+1', '+1', '@x', '\tx', '-1', 'a=b'].map(csvField)).toEqual(['a', '"a,b"', '"a""b"', '"a\nb"', '"a\rb"', "'=1+1", "'+1", "'@x", "'\tx", '-1', 'a=b']);
  expect(csvTable(['a', 'b'], [['1', '2,3'], []])).toBe('a,b\n1,"2,3"\n\n');
});
