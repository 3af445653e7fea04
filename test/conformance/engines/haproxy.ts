// HAProxy 3.0 with QUIC, from Debian trixie. `haproxy -c` loads Lua scripts and certificates for real, so the paths of the configuration are rewritten to
// fixtures in the folder of the run: a certificate made here, and the Lua file that stands beside the configuration in the output.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Fetch, printHaproxyConfig, when } from '../../../src/formats/haproxy';
import { HOSTILE } from '../../formats/hostile';
import { inFolder, run } from '../cache';
import { CHROOT_TMP, hasChroot, insideChroot, prepareChroot, runInChroot } from '../chroot';
import type { Engine, EngineFile, Sample, Verdict } from '../engine';
import { carried } from '../hostile-samples';
import { wideHaproxy } from '../wide';

const isConfig = (file: EngineFile): boolean => /(^|\/)haproxy[^/]*\.cfg$/.test(file.path);
const isLua = (file: EngineFile): boolean => file.path.endsWith('.lua');

export const haproxy: Engine = {
  name: 'haproxy',
  target: 'haproxy 3.0',
  source: 'Debian trixie in a chroot',
  reads: (file) => isConfig(file) || isLua(file),
  prepare: prepareChroot,
  async version() {
    if (!hasChroot()) return undefined;
    const { output } = await runInChroot('haproxy', ['-vv']);
    const version = /^HAProxy version (\S+)/m.exec(output)?.[1];
    return version && `${version}${/\+QUIC\b/.test(output) ? ' +QUIC' : ' without QUIC'}`;
  },
  check: (files) => inFolder(files, async (folder) => {
    const verdicts: Verdict[] = [];
    await makeCertificate(join(folder, 'certs/fixture.pem'));
    for (const config of files.filter(isConfig)) verdicts.push(await checkConfig(config, files, folder));
    return { accepted: verdicts.every((verdict) => verdict.accepted), output: verdicts.map((verdict) => verdict.output).join('') };
  }, CHROOT_TMP),
  samples: () => [
    { name: 'every directive of the model', accepted: true, files: file(printHaproxyConfig(wideHaproxy)) },
    ...carried('a header value', HOSTILE, (value) => file(headerConfig(value)), (value) => `set-header X-Odd ${value.replace(/%/g, '%%')} \n`),
    ...carried('a value of an ACL', HOSTILE, (value) => file(aclConfig(value)), (value) => `-m sub -- ${value} \n`),
    ...carried('a value of an anonymous condition', HOSTILE, (value) => file(conditionConfig(value)), (value) => `-m sub -- ${value} } \n`),
    { name: 'an unknown keyword', accepted: false, files: file(`${headerConfig('a')}\nbackend b2\n    nonsense\n`) },
    { name: 'an unknown matching method', accepted: false, files: file(headerConfig('a').replace('set-header X-Odd a', 'deny if { req.hdr(x) -m str-eq "" }')) },
  ] satisfies Sample[],
};

async function checkConfig(config: EngineFile, files: readonly EngineFile[], folder: string): Promise<Verdict> {
  const inside = insideChroot(folder);
  const content = config.content
    .replace(/^(\s*lua-load )(\S+)$/gm, (_line, keyword: string, path: string) => {
      const scripts = files.filter((other) => basename(other.path) === basename(path));
      const script = scripts.find((other) => dirname(other.path) === dirname(config.path)) ?? scripts[0];
      return `${keyword}${script ? join(inside, script.path) : path}`;
    })
    .replace(/ crt \S+/g, ` crt ${inside}/certs/`)
    .replace(/ ca-file \S+/g, ` ca-file ${inside}/certs/fixture.pem`)
    .replace(/^(\s*stats socket )\S+/gm, `$1${inside}/admin.sock`);
  const path = join(folder, `${config.path}.checked`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  // The namespace routes everything to its loopback, so that resolvers have an address to bind to and no packet leaves.
  // -dW: a warning is a failure. -dC prints every line as it was read, and checks no further.
  const script = 'ip link set lo up && ip route add default dev lo && ip -6 route add default dev lo && haproxy -dW -c -f "$0" && { haproxy -dC -c -f "$0" 2>/dev/null || true; }';
  const { code, output } = await runInChroot('sh', ['-c', script, insideChroot(path)], { netns: true });
  return { accepted: code === 0, output };
}

async function makeCertificate(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const { code, output } = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=api.example.com', '-keyout', `${path}.key`, '-out', `${path}.crt`]);
  if (code !== 0) throw new Error(`openssl failed: ${output}`);
  writeFileSync(path, readFileSync(`${path}.crt`, 'utf8') + readFileSync(`${path}.key`, 'utf8'));
  for (const part of ['key', 'crt']) rmSync(`${path}.${part}`);
}

const second = { toMillis: (): number => 1000 };
const file = (content: string): EngineFile[] => [{ path: 'haproxy.cfg', content }];
const proxy = {
  defaults: { mode: 'http', timeouts: { connect: second, client: second, server: second } },
  backends: [{ name: 'back', servers: [{ name: 'one', address: '192.0.2.1', port: 80 }] }],
} as const;
const front = { name: 'front', binds: [{ port: 80 }], defaultBackend: 'back' } as const;

function headerConfig(value: string): string {
  return printHaproxyConfig({ ...proxy, frontends: [{ ...front, httpRequest: [{ action: 'set-header', name: 'X-Odd', value }] }] });
}

function aclConfig(value: string): string {
  return printHaproxyConfig({ ...proxy, frontends: [{ ...front, acls: [{ name: 'odd', sample: Fetch.path(), match: 'sub', values: [value] }], httpRequest: [{ action: 'deny', condition: when('odd') }] }] });
}

function conditionConfig(value: string): string {
  return printHaproxyConfig({ ...proxy, frontends: [{ ...front, httpRequest: [{ action: 'deny', condition: when({ sample: Fetch.path(), match: 'sub', values: [value] }) }] }] });
}
