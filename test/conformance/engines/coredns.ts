// CoreDNS 1.12, built from its Go module and started in a network namespace of its own, so that ports 53, 8080 and 9153 are free. Paths of zone files are
// rewritten to the files beside the Corefile; the kubernetes plugin is given an API server that does not answer, which it only warns about.
// TXT records are asked for over the wire and come back in the output.
import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { printCorefile } from '../../../src/formats/corefile';
import { printZoneFile } from '../../../src/formats/zonefile';
import { HOSTILE } from '../../formats/hostile';
import type { GoProgram } from '../cache';
import { buildGo, goBinary, inFolder, run } from '../cache';
import { ROOT, hasChroot, prepareChroot } from '../chroot';
import type { Engine, EngineFile, Sample, Verdict } from '../engine';
import { carriedValues } from '../hostile-samples';
import { wideCorefile } from '../wide';

const PROGRAM: GoProgram = { name: 'coredns', module: 'github.com/coredns/coredns', version: 'v1.12.0' };

const isCorefile = (file: EngineFile): boolean => /(^|\/)Corefile$/.test(file.path);
const isZone = (file: EngineFile): boolean => file.path.endsWith('.zone');

export const coredns: Engine = {
  name: 'coredns',
  target: 'coredns 1.12',
  source: 'its Go module',
  reads: (file) => isCorefile(file) || isZone(file),
  async prepare() {
    await buildGo(PROGRAM);
    if (!existsSync('/sbin/ip')) await prepareChroot();
  },
  async version() {
    if (!existsSync(goBinary(PROGRAM)) || (!existsSync('/sbin/ip') && !hasChroot())) return undefined;
    return /CoreDNS-(\S+)/.exec((await run(goBinary(PROGRAM), ['-version'])).output)?.[1];
  },
  check: (files) => inFolder(files, async (folder) => {
    const verdicts: Verdict[] = [];
    for (const file of files.filter(isCorefile)) verdicts.push(await checkCorefile(file, files, folder));
    return { accepted: verdicts.every((verdict) => verdict.accepted), output: verdicts.map((verdict) => verdict.output).join('') };
  }),
  samples: () => [
    { name: 'every plugin of the model', accepted: true, files: [{ path: 'Corefile', content: printCorefile(wideCorefile) }] },
    txtSample(carriedValues([...HOSTILE.filter((text) => text.length < 1000), 'é"'.repeat(600)], (text) => txtZone([text]))),
    { name: 'log formats', accepted: true, files: [{ path: 'Corefile', content: logFormats(carriedValues(HOSTILE, (format) => logFormats([format]))) }] },
    { name: 'an unknown plugin', accepted: false, files: [{ path: 'Corefile', content: '.:53 {\n    nonsense\n}\n' }] },
    { name: 'a prefetch percentage of 5', accepted: false, files: [{ path: 'Corefile', content: '.:53 {\n    cache {\n        prefetch 1 1m 5%\n    }\n}\n' }] },
  ],
};

/** One zone for all: every start of the server costs half a second. */
function txtSample(texts: readonly string[]): Sample {
  return { name: 'texts of TXT records', accepted: true, files: txtZone(texts), readsBack: texts.map((text, i) => `txt-${i} = ${JSON.stringify(text)}\n`) };
}

function logFormats(formats: readonly string[]): string {
  return printCorefile({ servers: formats.map((format, i) => ({ zones: [`zone-${i}.example.com`], plugins: [{ plugin: 'log', names: ['.'], format }] })) });
}

function txtZone(texts: readonly string[]): EngineFile[] {
  const time = (seconds: number): { toMillis(): number } => ({ toMillis: () => seconds * 1000 });
  const zone = printZoneFile({
    origin: 'example.com',
    ttl: time(60),
    soa: { mname: 'ns1.example.com', rname: 'dns@example.com', serial: 'content', refresh: time(60), retry: time(60), expire: time(600), minimum: time(60) },
    records: [{ name: '@', type: 'NS', target: 'ns1.example.com' }, ...texts.map((text, i) => ({ name: `txt-${i}`, type: 'TXT' as const, text }))],
  });
  const corefile = printCorefile({ servers: [{ zones: ['example.com'], plugins: [{ plugin: 'errors' }, { plugin: 'file', path: '/etc/coredns/a.zone' }] }] });
  return [{ path: 'Corefile', content: corefile }, { path: 'a.zone', content: zone }];
}

async function checkCorefile(corefile: EngineFile, files: readonly EngineFile[], folder: string): Promise<Verdict> {
  const zones = files.filter((file) => isZone(file) && dirname(file.path) === dirname(corefile.path));
  const content = corefile.content
    .replace(/^(\s*file )(\S+)/gm, (line, keyword: string, path: string) => {
      const zone = zones.find((file) => basename(file.path) === basename(path));
      return zone ? keyword + join(folder, zone.path) : line;
    })
    .replace(/^(\s*)(kubernetes [^{\n]*)\{$/gm, '$1$2{\n$1    endpoint http://127.0.0.1:9');
  const path = join(folder, `${corefile.path}.checked`);
  writeFileSync(path, content);
  const questions = zones.flatMap(namesOf);
  writeFileSync(join(folder, 'ask.cjs'), ASK);
  const ip = existsSync('/sbin/ip') ? 'ip' : `chroot ${ROOT} ip`;
  const script = [
    `${ip} link set lo up; "$0" -conf "$1" >"$2/out" 2>&1 & pid=$!`,
    'for i in $(seq 150); do kill -0 $pid 2>/dev/null || break; grep -q "^CoreDNS-" "$2/out" && { up=1; break; }; sleep 0.1; done',
    `[ -n "$up" ] && ${questions.length > 0 ? `"${process.execPath}" "$2/ask.cjs" "$3"` : 'true'}; code=$?; sleep 0.3; kill -0 $pid 2>/dev/null || code=1; kill $pid 2>/dev/null; cat "$2/out"; exit $code`,
  ].join('\n');
  const { code, output } = await run('unshare', ['--net', '--pid', '--fork', '--kill-child', 'sh', '-c', script, goBinary(PROGRAM), path, folder, JSON.stringify(questions)], { timeout: 60 });
  return { accepted: code === 0 && !/plugin\/file: .*(error|fail)/i.test(output), output: `${corefile.path}:\n${output}` };
}

/** The names of a zone file and what they are asked for. */
function namesOf(zone: EngineFile): { readonly owner: string; readonly name: string; readonly type: string }[] {
  const origin = /^\$ORIGIN (\S+)\.$/m.exec(zone.content)?.[1] ?? '';
  const rows = [...zone.content.matchAll(/^(\S+)(?: \d+)? IN (A|AAAA|CNAME|NS|SOA|SRV|TXT) /gm)];
  return rows.map(([, owner, type]) => ({ owner, type, name: owner === '@' ? origin : `${owner}.${origin}` }));
}

// Asks the server in the same namespace; a name without an answer is a failure. Node gives the bytes of a TXT record as Latin-1.
const ASK = `
const { Resolver } = require('node:dns').promises;
const resolver = new Resolver({ timeout: 2000, tries: 2 });
resolver.setServers(['127.0.0.1']);
(async () => {
  for (const { owner, name, type } of JSON.parse(process.argv[2])) {
    const answer = await resolver.resolve(name, type);
    if (type === 'TXT') for (const strings of answer) console.log(owner + ' = ' + JSON.stringify(Buffer.from(strings.join(''), 'latin1').toString('utf8')));
    else console.log(owner + ' ' + type + ' ' + JSON.stringify(answer));
  }
})().catch((error) => { console.log(String(error)); process.exit(1); });
`;
