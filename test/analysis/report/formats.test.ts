import Ajv from 'ajv';
import { check, compareWithBase, compareWithBaseline, limit, parseText, printBaseline, readBaseline, renderGithub, renderJson, renderJunit, renderMarkdown, renderText, reportSchema } from '../../../src/analysis';
import type { Finding } from '../../../src/analysis';
import { accepted, everything, foreign, hostile, mine, placeless, report, stdin } from './scene';

const many = (count: number): Finding[] => Array.from({ length: count }, (_, i) => ({ ...(i % 2 === 0 ? mine : foreign), message: `finding number ${i}` }));

describe('text', () => {
  test('every form', () => {
    expect(renderText(report(everything))).toMatchSnapshot();
  });

  test('an earlier state is told in sections', () => {
    expect(renderText(compareWithBase(report([mine, foreign, accepted]), [foreign, stdin]))).toMatchSnapshot();
  });

  test('clusters are named where there are several', () => {
    const here = { ...mine, where: { ...mine.where, cluster: 'beijing' } };
    expect(renderText(report([here], { targets: [{ cluster: 'beijing', versions: {} }] }))).not.toContain('cluster beijing');
    expect(renderText(report([here], { targets: [{ cluster: 'beijing', versions: {} }, { cluster: 'shanghai', versions: {} }] }))).toContain('spec.selector   cluster beijing');
  });
});

describe('JUnit', () => {
  test('every form', () => {
    expect(renderJunit(report(everything))).toMatchSnapshot();
  });

  test('is XML, whatever the values hold', () => {
    const xml = renderJunit(report([{ ...hostile, message: `${hostile.message} \ud800 \u0000 \uffff` }]));
    expect(xml).not.toMatch(/[^\n\u0020-\ud7ff\ue000-\ufffd]/);
    const names = [...xml.matchAll(/<(\/?[\w-]+)[^<>]*?(\/?)>/g)].map(([, name, closed]) => `${name}${closed}`);
    expect(names).toEqual(['testsuites', 'testsuite', 'testcase', 'failure', '/failure', '/testcase', '/testsuite', '/testsuites']);
  });

  test('what fails is what --fail-on says', () => {
    const failures = (failOn: 'error' | 'warning' | 'never'): string => /failures="(\d+)"/.exec(renderJunit(report([mine, foreign, accepted]), { failOn }))![1]!;
    expect([failures('error'), failures('warning'), failures('never')]).toEqual(['1', '2', '0']);
  });

  test('no findings are one case that passes', () => {
    expect(renderJunit(report([]))).toContain('<testcase classname="netstack" name="3 documents"/>');
  });
});

describe('GitHub', () => {
  test('every form', () => {
    expect(renderGithub(report(everything))).toMatchSnapshot();
  });

  test('ten annotations, the most severe first, then one line with the rest', () => {
    const lines = renderGithub(report(many(37))).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('::'))).toHaveLength(10);
    expect(lines.slice(0, 10).every((line) => line.startsWith('::error '))).toBe(true);
    expect(lines.slice(10)).toEqual(['27 more findings (8 errors, 19 warnings): netstack validate lists them', '3 documents, 37 findings: 18 errors, 19 warnings']);
  });

  test('what --max-findings leaves out is among the rest', () => {
    const lines = renderGithub(limit(report(many(37)), { maxFindings: 10 })).trimEnd().split('\n');
    expect(lines.slice(10)).toEqual(['27 more findings (8 errors, 19 warnings): netstack validate lists them', '3 documents, 37 findings: 18 errors, 19 warnings (27 not shown)']);
  });

  test('no value writes a command of its own', () => {
    const lines = renderGithub(report([hostile])).trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('::'))).toHaveLength(1);
    expect(lines[0]).toContain('%250A');
  });

  test('what is accepted or was there is no annotation', () => {
    expect(renderGithub(compareWithBase(report([foreign, accepted]), [foreign]))).toBe('3 documents, 2 findings: 1 error, 1 acknowledged; 0 introduced, 0 fixed, 1 unchanged\n');
  });
});

describe('Markdown', () => {
  test('every form', () => {
    expect(renderMarkdown(report(everything, { unchecked: [{ what: 'Foo of example.com/v1', reason: 'No schema is known' }] }))).toMatchSnapshot();
  });

  test('fits into a comment, and says how many are left out', () => {
    const text = renderMarkdown(compareWithBase(report(many(3000)), many(3000).slice(0, 1500)));
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text).toMatch(/… and \d+ more/);
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
  });

  test('no value writes markup, mentions or links', () => {
    const text = renderMarkdown(report([{ ...hostile, message: '**bold** <img src=x> [a](https://evil.example) @team `x`' }]));
    expect(text).not.toMatch(/[^\\]<img|[^\\]\*\*bold|\]\(https:\/|@team/);
  });
});

describe('JSON', () => {
  const validate = new Ajv({ allErrors: true }).compile(reportSchema());
  const errors = (text: string): unknown => (validate(JSON.parse(text)) ? [] : validate.errors);

  test('what a run makes fits its schema, alone and against an earlier state', () => {
    const documents = parseText('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndta: {}\n---\napiVersion: example.com/v1\nkind: Foo\nmetadata: { name: b }\n', 'a.yaml').documents;
    const run = check({ documents }, { open: true });
    expect(errors(renderJson(run))).toEqual([]);
    expect(errors(renderJson(compareWithBase(run, [foreign, mine])))).toEqual([]);
    expect(errors(renderJson(compareWithBaseline(limit(run, { maxFindings: 1 }), readBaseline(printBaseline(run.findings), 'b.json'))))).toEqual([]);
    expect(Object.keys(JSON.parse(renderJson(run)) as object)).toEqual(['schema', 'toolVersion', 'targets', 'documents', 'unchecked', 'findings', 'summary']);
  });

  test('every form of finding fits, and what is none does not', () => {
    expect(errors(renderJson(report(everything)))).toEqual([]);
    const json = JSON.parse(renderJson(report(everything))) as { findings: Record<string, unknown>[] };
    for (const missing of ['id', 'severity', 'title', 'message', 'decidedBy']) {
      expect(validate({ ...json, findings: json.findings.map(({ [missing]: _, ...rest }) => rest) })).toBe(false);
    }
  });
});

test('Markdown fails where the run fails, also with findings that are not listed', () => {
  const head = (text: string): string => text.slice(0, text.indexOf('\n')).slice('### netstack: '.length, '### netstack: '.length + 1);
  expect([renderMarkdown(report([mine])), renderMarkdown(report([mine]), { failOn: 'warning' }), renderMarkdown(report([foreign]), { failOn: 'never' }), renderMarkdown(limit(report([foreign]), { maxFindings: 0 }))].map(head))
    .toEqual(['✅', '❌', '✅', '❌']);
});

describe('limits', () => {
  test('the most severe findings are listed in their order, and all are counted', () => {
    const limited = limit(report([placeless, mine, foreign, stdin]), { maxFindings: 3 });
    expect(limited.findings.map(({ id }) => id)).toEqual(['NS0033', 'NS0011', 'NS0012']);
    expect(renderText(limited)).toMatch(/3 documents, 4 findings: 2 errors, 1 warning, 1 info \(1 not shown\)\n$/);
    expect(JSON.parse(renderJson(limited))).toMatchObject({ summary: { errors: 2, infos: 1, hidden: 1 } });
    expect(limit(report([placeless, mine]), { minSeverity: 'warning' }).findings.map(({ id }) => id)).toEqual(['NS0033']);
    expect(limit(report([mine]), { maxFindings: 5 })).toEqual(report([mine]));
  });
});

describe('an earlier state', () => {
  const at = (index: number, word: string): Finding => ({ ...mine, message: `no port ${word}`, where: { ...mine.where, field: `spec.ports[${index}].targetPort` } });
  const states = (now: readonly Finding[], before: readonly Finding[]): string[] => {
    const { findings, fixed = [] } = compareWithBase(report(now), before);
    return [...findings.map(({ message, status }) => `${status} ${message}`), ...fixed.map(({ message }) => `fixed ${message}`)];
  };

  test('another breakage of the same kind does not pass for the one that was mended', () => {
    expect(states([at(1, 'amd')], [at(0, 'htp')])).toEqual(['introduced no port amd', 'fixed no port htp']);
    expect(compareWithBaseline(report([at(1, 'amd')]), readBaseline(printBaseline([at(0, 'htp')]), 'b.json')).findings.map(({ status }) => status)).toEqual(['introduced']);
  });

  test('of two that were there the one that is gone is the fixed one', () => {
    expect(states([at(1, 'bb')], [at(0, 'aa'), at(1, 'bb')])).toEqual(['unchanged no port bb', 'fixed no port aa']);
  });

  test('what moved in its list, or says another value at its place, was there before', () => {
    expect(states([at(2, 'htp')], [at(0, 'htp')])).toEqual(['unchanged no port htp']);
    expect(states([at(0, 'http2')], [at(0, 'htp')])).toEqual(['unchanged no port http2']);
  });
});

describe('the baseline', () => {
  const moved: Finding = { ...foreign, where: { ...foreign.where, line: 99, field: 'spec.rules[4].nam' } };

  test('knows findings wherever they move, as often as they were there', () => {
    const baseline = readBaseline(printBaseline([foreign, stdin, accepted]), 'b.json');
    const { findings } = compareWithBaseline(report([moved, moved, mine]), baseline);
    expect(findings.map(({ status }) => status)).toEqual(['known', 'introduced', 'introduced']);
  });

  test('is sorted and the same whatever the order, and holds no line', () => {
    expect(printBaseline([mine, foreign, stdin])).toBe(printBaseline([stdin, moved, mine]));
    expect(printBaseline([stdin, mine, foreign, moved])).toMatchSnapshot();
    expect(readBaseline(printBaseline([]), 'b.json').counts.size).toBe(0);
  });

  test.each([
    ['{', '"b.json" is no baseline file: write one with --write-baseline b.json.'], ['{"schema":"netstack/report/v1","findings":[]}', '"b.json" is no baseline file: write one with --write-baseline b.json.'],
    ['{"schema":"netstack/baseline/v1","findings":[{"fingerprint":"a"}]}', '"b.json" has a finding without fingerprint, message or count: write it anew with --write-baseline b.json.'],
  ])('refuses %s', (text, sentence) => {
    let message = '';
    try {
      readBaseline(text, 'b.json');
    } catch (error) {
      message = (error as Error).message.replace(/ \(test\/[^)]*\)/, '');
    }
    expect(message).toBe(sentence);
  });
});
