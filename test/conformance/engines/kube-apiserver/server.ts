// One API server with its store, on loopback, in a folder that goes when it stops. Documents are created in dry run: they pass decoding, defaults, structure,
// CEL, native validation and admission, and nothing of them is kept. Its own address is all that anything connects to; no controller runs.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { Agent, request } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goBinary, lastLines } from '../../cache';
import type { Definition } from './crds';
import type { Json, RawDocument } from './documents';
import { ETCD, apiServer } from './programs';

/** What the server says to one document. */
export interface Answer {
  /** 201 is accepted. 0: it was not sent, because no such kind is served. */
  readonly status: number;
  readonly message: string;
  readonly causes: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  /** What it warns about: deprecated versions, what pod security would refuse. */
  readonly warnings: readonly string[];
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly warnings: readonly string[];
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** How often a question is asked again whose connection was closed. */
const HANG_UPS = 3;

const running: Set<ApiServer> = new Set();
process.once('exit', () => running.forEach((server) => server.kill()));
// Without these a signal would end this process without `exit`, and leave the servers behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

export class ApiServer {
  readonly version: string;
  private readonly folder: string = mkdtempSync(join(tmpdir(), 'netstack-apiserver-'));
  private readonly token: string = randomBytes(24).toString('hex');
  private readonly children: ChildProcess[] = [];
  private readonly installed: Set<string> = new Set();
  private readonly namespaces: Set<string> = new Set();
  private readonly custom: Map<string, Resource> = new Map();
  private readonly resources: Map<string, Promise<readonly Resource[]>> = new Map();
  private port: number = 0;
  private agent: Agent = new Agent();

  private constructor(version: string) {
    this.version = version;
  }

  /** Starts the API server of a release; takes some seconds. @throws when a binary is missing, or the server does not become ready */
  static async start(version: string): Promise<ApiServer> {
    const server = new ApiServer(version);
    running.add(server);
    try {
      await server.boot();
    } catch (error) {
      server.kill();
      throw error;
    }
    return server;
  }

  private async boot(): Promise<void> {
    const { folder } = this;
    const [client, peer, port] = await freePorts(3);
    this.port = port!;
    const etcd = `http://127.0.0.1:${client}`;
    this.spawn('etcd', goBinary(ETCD), [
      `--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', `--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`, `--initial-cluster=default=http://127.0.0.1:${peer}`,
    ]);
    await this.until('etcd', async () => (await plain(`${etcd}/health`)) === 200);
    const key = join(folder, 'service-account.key');
    writeFileSync(key, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
    writeFileSync(join(folder, 'tokens.csv'), `${this.token},conformance,conformance,system:masters\n`, { mode: 0o600 });
    this.spawn('kube-apiserver', goBinary(apiServer(this.version)), [
      `--etcd-servers=${etcd}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`, `--cert-dir=${join(folder, 'certs')}`,
      '--service-account-issuer=https://kubernetes.default.svc', `--service-account-key-file=${key}`, `--service-account-signing-key-file=${key}`,
      `--token-auth-file=${join(folder, 'tokens.csv')}`, '--authorization-mode=AlwaysAllow', '--disable-admission-plugins=ServiceAccount',
      '--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112', '--endpoint-reconciler-type=none', '--allow-privileged=true',
    ]);
    await this.until('kube-apiserver', async () => {
      this.agent.destroy();
      // The server signs for itself when it starts.
      this.agent = new Agent({ keepAlive: true, maxSockets: 4, ca: readFileSync(join(folder, 'certs', 'apiserver.crt')) });
      return (await this.send('GET', '/readyz')).status === 200;
    });
  }

  private spawn(name: string, program: string, args: readonly string[]): void {
    const log = openSync(join(this.folder, `${name}.log`), 'w');
    const child = spawn(program, [...args], { cwd: this.folder, stdio: ['ignore', log, log] });
    child.on('error', (error) => writeFileSync(join(this.folder, `${name}.log`), error.message));
    // The servers may be kept for the next question: they do not keep this program from ending.
    child.unref();
    this.children.push(child);
  }

  /** Asks every tenth of a second, for a minute and a half. */
  private async until(name: string, ready: () => Promise<boolean>): Promise<void> {
    for (let i = 0; i < 900; i++) {
      if (await ready().catch(() => false)) return;
      if (this.children.some((child) => child.exitCode !== null)) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${name} of ${this.version} does not become ready: ${lastLines(readFileSync(join(this.folder, `${name}.log`), 'utf8'), 5)}`);
  }

  /** Installs definitions that are not there yet, and waits until they are served. */
  async install(definitions: readonly Definition[]): Promise<void> {
    const wanted = definitions.filter(({ name }) => !this.installed.has(name));
    await eachOf(wanted, 4, async ({ name, text }) => {
      const reply = await this.send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', text);
      if (reply.status !== 201) throw new Error(`kube-apiserver ${this.version} refuses the definition ${name}: ${reply.body.slice(0, 3000)}`);
      this.installed.add(name);
    });
    // A create within two seconds of `Established` waits; the first list does not.
    await eachOf(wanted, 4, ({ group, plural, served }) => eachOf(served, 1, (version) => this.until('kube-apiserver', async () => {
      return (await this.send('GET', `/apis/${group}/${version}/${plural}?limit=1`)).status === 200;
    })));
    // Discovery follows later: what is installed is known from its definition.
    for (const { group, kind, plural, namespaced, served } of wanted) for (const version of served) this.custom.set(`${group}/${version} ${kind}`, { name: plural, kind, namespaced });
  }

  /** Makes what documents must find: a dry run leaves nothing behind. */
  async makeNamespaces(names: readonly string[]): Promise<void> {
    for (const name of names) {
      if (this.namespaces.has(name)) continue;
      this.namespaces.add(name);
      // A name that is refused is refused with the document, too.
      await this.send('POST', '/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    }
  }

  /** Creates for real what other documents refer to and admission looks up. */
  async keep(documents: readonly RawDocument[]): Promise<void> {
    for (const document of documents) await this.create(document, '');
  }

  /** Creates a document in dry run, with unknown and repeated fields as errors. */
  async create(document: RawDocument, dryRun: string = 'dryRun=All&'): Promise<Answer> {
    const address = await this.addressOf(document);
    if (address === undefined) return { status: 0, message: `no kind ${document.kind} is served in ${document.apiVersion}`, causes: [], warnings: [] };
    const reply = await this.insist('POST', `${address}?${dryRun}fieldValidation=Strict`, document.text);
    const answer = answerOf(reply);
    // It was made before for others to find: its document has passed everything when the store says that it is there.
    return answer.reason === 'AlreadyExists' ? { status: 201, message: '', causes: [], warnings: reply.warnings } : answer;
  }

  /** Creates a document for real, asks in dry run to put others in its place, and takes it away. Undefined when it cannot be created. */
  async replace(document: RawDocument, others: readonly Json[]): Promise<Answer[] | undefined> {
    const address = await this.addressOf(document);
    if (address === undefined) return undefined;
    const made = await this.insist('POST', `${address}?fieldValidation=Strict`, document.text);
    if (made.status !== 201) return undefined;
    const { name, resourceVersion } = (JSON.parse(made.body) as { readonly metadata: { readonly name: string; readonly resourceVersion: string } }).metadata;
    const answers: Answer[] = [];
    for (const other of others) {
      const text = JSON.stringify({ ...other, metadata: { ...other.metadata as Json, resourceVersion } });
      answers.push(answerOf(await this.insist('PUT', `${address}/${name}?dryRun=All&fieldValidation=Strict`, text)));
    }
    await this.insist('DELETE', `${address}/${name}`, '');
    return answers;
  }

  /** Where objects of the document's kind are sent; undefined for a kind that is not served. */
  private async addressOf(document: RawDocument): Promise<string | undefined> {
    const [group, version] = document.apiVersion.includes('/') ? document.apiVersion.split('/') as [string, string] : ['', document.apiVersion];
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const resource = this.custom.get(`${document.apiVersion} ${document.kind}`) ?? (await this.resourcesOf(document.apiVersion, root)).find(({ kind }) => kind === document.kind);
    if (!resource) return undefined;
    // kubectl fills the namespace in, too.
    return `${root}${resource.namespaced ? `/namespaces/${encodeURIComponent(document.namespace || 'default')}` : ''}/${resource.name}`;
  }

  private resourcesOf(key: string, root: string): Promise<readonly Resource[]> {
    let known = this.resources.get(key);
    if (!known) {
      known = this.send('GET', root).then(({ status, body }) => {
        if (status !== 200) return [];
        return (JSON.parse(body) as { readonly resources: readonly Resource[] }).resources.filter(({ name }) => !name.includes('/'));
      });
      this.resources.set(key, known);
    }
    return known;
  }

  /** A server that rests or is busy closes connections in which a question has just been sent: it is asked again. */
  private async insist(method: string, path: string, body: string): Promise<Reply> {
    for (let again = 0; ; again++) {
      try {
        return await this.send(method, path, body);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET' || again === HANG_UPS) {
          throw new Error(`kube-apiserver ${this.version} gives no answer to ${method} ${path} with ${body.slice(0, 2000)}: ${(error as Error).message}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  private send(method: string, path: string, body?: string): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1', port: this.port, path, method, agent: this.agent, timeout: 60_000,
        headers: { authorization: `Bearer ${this.token}`, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/yaml', 'content-length': Buffer.byteLength(body) }) },
      }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8'), warnings: warningsOf(response.headers.warning) }));
      });
      sent.on('error', reject);
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} has no answer after a minute`)));
      sent.end(body);
    });
  }

  /** Stops the server at once. */
  kill(): void {
    running.delete(this);
    this.agent.destroy();
    for (const child of [...this.children].reverse()) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Runs `use` for every item, `width` at a time. */
export async function eachOf<T>(items: readonly T[], width: number, use: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, async () => {
    while (next < items.length) {
      const index = next++;
      await use(items[index]!, index);
    }
  }));
}

function answerOf({ status, body, warnings }: Reply): Answer & { readonly reason?: string } {
  if (status === 200 || status === 201) return { status, message: '', causes: [], warnings };
  const said = JSON.parse(body) as { readonly message?: string; readonly reason?: string; readonly details?: { readonly causes?: Answer['causes'] } };
  return { status, message: said.message ?? body, causes: said.details?.causes ?? [], warnings, ...(said.reason === undefined ? {} : { reason: said.reason }) };
}

/** `299 - "text"`, of which there may be several, joined by commas. */
function warningsOf(header: string | undefined): string[] {
  return [...(header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!.replace(/\\(.)/g, '$1'));
}

function plain(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    getPlain(url, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', reject);
  });
}

/** Ports of loopback that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
