// Who signs certificates and tokens where policies of a mesh are held against the real Envoy, and the loopback ports that it listens at.
import { execFileSync } from 'node:child_process';
import { createSign, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeshToken } from '../../reach/worlds/mesh';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** The authority of the mesh, and the issuers of tokens. */
export class Authority {
  readonly jwks: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'mesh-'));
  private readonly signer: KeyObject;
  private readonly certificates: Map<string, { readonly cert: string; readonly key: string }> = new Map();
  private readonly tokens: Map<MeshToken, string> = new Map();

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.signer = privateKey;
    this.jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256', use: 'sig' }] });
    this.openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/O=test', '-addext', 'basicConstraints=critical,CA:TRUE');
    this.openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'leaf.key');
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  certificateOf(namespace: string, serviceAccount: string): { readonly cert: string; readonly key: string } {
    const id = `spiffe://cluster.local/ns/${namespace}/sa/${serviceAccount}`;
    let known = this.certificates.get(id);
    if (!known) {
      writeFileSync(join(this.folder, 'leaf.ext'), `subjectAltName=critical,URI:${id}\nextendedKeyUsage=clientAuth,serverAuth\n`);
      this.openssl('req', '-new', '-key', 'leaf.key', '-subj', '/', '-out', 'leaf.csr');
      this.openssl('x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '1', '-extfile', 'leaf.ext', '-out', 'leaf.pem');
      this.certificates.set(id, (known = { cert: this.read('leaf.pem'), key: this.read('leaf.key') }));
    }
    return known;
  }

  /** `protocols`: what it speaks inside of TLS, where callers must hear it. */
  serverSocket(protocols: readonly string[] = []): Json {
    const { cert, key } = this.certificateOf('orders', 'orders');
    return {
      name: 'envoy.transport_sockets.tls',
      typedConfig: {
        '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', requireClientCertificate: true,
        commonTlsContext: {
          ...protocols.length > 0 && { alpnProtocols: protocols },
          tlsCertificates: [{ certificateChain: { inlineString: cert }, privateKey: { inlineString: key } }], validationContext: { trustedCa: { inlineString: this.read('ca.pem') } },
        },
      },
    };
  }

  sign(token: MeshToken): string {
    let signed = this.tokens.get(token);
    if (!signed) {
      const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const now = Math.floor(Date.now() / 1000);
      const text = `${part({ alg: 'RS256', kid: 'test' })}.${part({ ...token.claims, iss: token.issuer, sub: token.subject, aud: token.audiences, iat: now - 60, exp: now + 86_400 })}`;
      this.tokens.set(token, (signed = `${text}.${createSign('RSA-SHA256').update(text).sign(this.signer, 'base64url')}`));
    }
    return signed;
  }

  private read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  private openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'ignore' });
  }
}

/** Ports that no outgoing connection takes before Envoy does: below those that Linux hands out. */
export async function steadyPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  const first = 10_000 + Math.floor(Math.random() * 20_000);
  for (let port = first; ports.length < count && port < first + 2000; port++) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) ports.push(port);
  }
  return ports;
}
