// headscale, the open control server of Tailscale clients: reads the policy and runs its tests and sshTests. A test needs devices, so a server is started on
// loopback with one device per person and per tag, then asked with `policy check`.
//
// What headscale does not implement is cut out before and named in the output: the node attribute `funnel`.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printTailscalePolicy } from '../../../src/formats/hujson';
import type { GoProgram } from '../cache';
import { buildGo, goBinary, inFolder, run } from '../cache';
import type { Engine, EngineFile, Verdict } from '../engine';
import { widePolicy } from '../wide';

const PROGRAM: GoProgram = { name: 'headscale', module: 'github.com/juanfont/headscale', version: 'v0.29.2', package: 'github.com/juanfont/headscale/cmd/headscale' };
const UNSUPPORTED_ATTRIBUTES: ReadonlySet<string> = new Set(['funnel']);

interface Policy {
  readonly groups?: Record<string, string[]>;
  readonly tagOwners?: Record<string, string[]>;
  nodeAttrs?: { target: string[]; attr: string[] }[];
  readonly tests?: { src: string }[];
  readonly sshTests?: { src: string }[];
}

export const headscale: Engine = {
  name: 'headscale',
  target: 'tailscale policy',
  source: 'its Go module',
  reads: (file) => file.path.endsWith('.hujson'),
  prepare: () => buildGo(PROGRAM),
  version: async () => (existsSync(goBinary(PROGRAM)) ? PROGRAM.version.slice(1) : undefined),
  async check(files) {
    const verdicts: Verdict[] = [];
    for (const file of files.filter(headscale.reads)) verdicts.push(await inFolder([], (folder) => checkPolicy(file, folder)));
    return { accepted: verdicts.every((verdict) => verdict.accepted), output: verdicts.map((verdict) => verdict.output).join('') };
  },
  samples: () => [
    { name: 'every part of the model', accepted: true, files: [{ path: 'policy.hujson', content: printTailscalePolicy(widePolicy) }] },
    { name: 'an unknown group', accepted: false, files: policy({ grants: [{ src: ['group:nobody'], dst: ['*'], ip: ['*'] }] }) },
    { name: 'a test that fails', accepted: false, files: policy({ ...PROD, tests: [{ src: 'eve@example.com', accept: ['tag:prod:80'] }] }) },
    { name: 'a test that holds', accepted: true, files: policy({ ...PROD, tests: [{ src: 'eve@example.com', accept: ['tag:prod:443'], deny: ['tag:prod:80'] }] }) },
  ],
};

const PROD = {
  groups: { 'group:dba': ['eve@example.com'] }, tagOwners: { 'tag:prod': ['group:dba'] }, grants: [{ src: ['group:dba'], dst: ['tag:prod'], ip: ['tcp:443'] }],
};

const policy = (content: object): EngineFile[] => [{ path: 'policy.hujson', content: JSON.stringify(content) }];

async function checkPolicy(file: EngineFile, folder: string): Promise<Verdict> {
  const parsed = JSON.parse(file.content) as Policy;
  const cut: string[] = [];
  if (parsed.nodeAttrs) {
    for (const entry of parsed.nodeAttrs) cut.push(...entry.attr.filter((attr) => UNSUPPORTED_ATTRIBUTES.has(attr)));
    const supported = parsed.nodeAttrs.map(({ target, attr }) => ({ target, attr: attr.filter((name) => !UNSUPPORTED_ATTRIBUTES.has(name)) }));
    parsed.nodeAttrs = supported.filter(({ attr }) => attr.length > 0);
  }
  const notes = cut.map((attr) => `not asked: the attribute ${attr}, which headscale does not implement\n`).join('');
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(parsed));
  writeConfig(folder);
  const command = (...args: string[]): Promise<{ code: number; output: string }> => run(goBinary(PROGRAM), ['-c', join(folder, 'config.yaml'), ...args], { timeout: 30 });
  const failed = await withServer(folder, async () => addDevices(parsed, command));
  if (failed !== undefined) return { accepted: false, output: `${file.path}: ${failed}\n` };
  const { code, output } = await command('policy', 'check', '--bypass-grpc-and-access-database-directly', '--force', '-f', join(folder, 'policy.json'));
  return { accepted: code === 0, output: `${file.path}: ${output}${notes}` };
}

/** One device for everyone who is named in a test, and one for every tag. */
async function addDevices(parsed: Policy, command: (...args: string[]) => Promise<{ code: number; output: string }>): Promise<string | undefined> {
  const people = new Set([...Object.values(parsed.groups ?? {}).flat(), ...Object.values(parsed.tagOwners ?? {}).flat().filter((owner) => owner.includes('@'))]);
  const testers = new Set([...parsed.tests ?? [], ...parsed.sshTests ?? []].map((test) => test.src).filter((src) => src.includes('@')));
  const steps: string[][] = [...new Set([...people, ...testers])].map((person) => ['users', 'create', person, '--email', person]);
  steps.push(['users', 'create', 'devices']);
  const devices = [...[...testers].map((user) => ({ user, tag: undefined })), ...Object.keys(parsed.tagOwners ?? {}).map((tag) => ({ user: 'devices', tag }))];
  devices.forEach(({ user, tag }, i) => {
    const key = `hskey-authreq-${randomBytes(24).toString('hex').slice(0, 24)}`;
    steps.push(['debug', 'create-node', '--user', user, '--name', `device-${i + 1}`, '--key', key], ['auth', 'register', '--auth-id', key, '--user', user]);
    if (tag !== undefined) steps.push(['nodes', 'tag', '-i', String(i + 1), '-t', tag]);
  });
  for (const step of steps) {
    const { code, output } = await command(...step);
    if (code !== 0) return `${step.slice(0, 2).join(' ')}: ${output}`;
  }
  return undefined;
}

/** Runs the server while `use` works. */
async function withServer<T>(folder: string, use: () => Promise<T>): Promise<T | string> {
  // The tags must be known while devices get them, but a policy whose tests have no devices yet would only be noise.
  const server = spawn(goBinary(PROGRAM), ['-c', join(folder, 'config.yaml'), 'serve'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  const ended = new Promise<void>((resolve) => { server.on('exit', () => resolve()); });
  try {
    for (let i = 0; i < 100 && !existsSync(join(folder, 'headscale.sock')); i++) {
      if (server.exitCode !== null) return output;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    return await use();
  } finally {
    server.kill('SIGTERM');
    const hard = setTimeout(() => server.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(hard);
  }
}

function writeConfig(folder: string): void {
  const config = {
    server_url: 'http://127.0.0.1:1', listen_addr: '127.0.0.1:0', metrics_listen_addr: '127.0.0.1:0', grpc_listen_addr: '127.0.0.1:0', unix_socket: join(folder, 'headscale.sock'),
    noise: { private_key_path: join(folder, 'noise.key') },
    prefixes: { v4: '100.64.0.0/10', v6: 'fd7a:115c:a1e0::/48' },
    derp: { server: { enabled: false }, urls: [], paths: [join(folder, 'derp.yaml')], auto_update_enabled: false },
    database: { type: 'sqlite', sqlite: { path: join(folder, 'db.sqlite') } },
    dns: { magic_dns: false, base_domain: 'ts.example.net', override_local_dns: false },
    policy: { mode: 'file', path: join(folder, 'policy.json') },
    disable_check_updates: true,
    logtail: { enabled: false },
  };
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config));
  // Keys are numbers here, which JSON cannot say.
  writeFileSync(join(folder, 'derp.yaml'), 'regions: {900: {regionid: 900, regioncode: t, regionname: t, nodes: [{name: t, regionid: 900, hostname: derp.example.net}]}}\n');
}
