import { looksLikeSecret, refuseSecrets } from '../../src/core/secrets';
import { HOSTILE, sentence } from './sentence';

const fill = (length: number): string => 'aB3dE5'.repeat(40).slice(0, length);
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const tunnelToken = base64({ a: fill(32), t: 'f70ff985-a4ef-4643-bbbc-4a0ed4fc8415', s: fill(44) });
const jwt = `${base64({ alg: 'RS256', typ: 'JWT' }).replace(/=+$/, '')}.${base64({ sub: 'orders', iss: 'me' }).replace(/=+$/, '')}.${fill(43)}`;

// Put together here, so that no scanner takes this file for a leak.
const SECRETS: readonly (readonly [string, string])[] = [
  ['PEM private key', `-----BEGIN ${'PRIVATE'} KEY-----\nMIIEv\n-----END ${'PRIVATE'} KEY-----`],
  ['PEM private key', `-----BEGIN RSA ${'PRIVATE'} KEY-----`],
  ['PEM private key', `-----BEGIN PGP ${'PRIVATE'} KEY BLOCK-----`],
  ['GitHub token', `ghp_${fill(36)}`],
  ['GitHub token', `github_pat_${fill(22)}_${fill(59)}`],
  ['GitLab token', `glpat-${fill(20)}`],
  ['AWS access key', `AKIA${'IOSFODNN7EXAMPLE'}`],
  ['Alibaba Cloud access key', `LTAI${fill(20)}`],
  ['Slack token', `xoxb-${'123456789012'}-${fill(24)}`],
  ['Slack webhook', `https://hooks.slack.com/services/T${'00000000'}/B${'00000000'}/${fill(24)}`],
  ['Tailscale key', `tskey-auth-k${'123456CNTRL'}-${fill(20)}`],
  ['Tailscale key', `tskey-${'123456CNTRL'}-${fill(12)}`],
  ['Cloudflare tunnel token', tunnelToken],
  ['Cloudflare tunnel token', `cloudflared tunnel run --token ${tunnelToken}`],
  ['JWT', jwt],
  ['JWT', `Bearer ${jwt}`],
  ['WireGuard private key', `PrivateKey = ${fill(42)}A=`],
  ['WireGuard private key', `"preshared_key": "${fill(42)}A="`],
  ['Google API key', `AIza${fill(35)}`],
  ['Stripe key', `sk_live_${fill(24)}`],
  ['npm token', `npm_${fill(36)}`],
  ['Vault token', `hvs.${fill(24)}`],
  ['age private key', `AGE-SECRET-KEY-1${fill(58).toUpperCase()}`],
  ['password in a URL', 'postgres://orders:hunter2@postgres.order-system:5432/orders'],
];

test.each(SECRETS)('%s is known', (kind, secret) => {
  expect(looksLikeSecret(secret)).toBe(kind);
});

test.each(SECRETS)('%s is refused without being repeated', (kind, secret) => {
  const message = sentence(() => refuseSecrets(secret, 'the description of the gateway', { node: { path: 'App/gateway' } }));
  expect(message).toBe(`The description of the gateway holds a secret (${kind}) (App/gateway, <here>): keep the secret out of the program and pass a SecretRef, such as SecretRef.existing('name', 'key').`);
  expect(message).not.toContain(secret.slice(-12));
});

test.each([
  ...HOSTILE,
  'the private key is in the Secret',
  `PublicKey = ${fill(42)}A=`,
  `${fill(42)}A=`,
  '-----BEGIN CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----',
  'tskey-auth-secret',
  'https://orders.example.com:8443/x?mail=a@b',
  'postgres://orders:${PASSWORD}@postgres/orders',
  'postgres://orders@postgres:5432/orders',
  'xoxo-from-the-office',
  'eyJub3QiOiJhIHRva2VuIn0',
  base64({ a: 1, t: 2, list: fill(60) }),
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
])('%p is no secret', (text) => {
  expect(looksLikeSecret(text)).toBeUndefined();
  refuseSecrets(text, 'the text');
});

// A pattern that is quadratic in its input would not end here.
test.each(['eyJ', '://a', '-----BEGIN ', 'private_key', 'ghp_', 'tskey-a', '://a:'])('megabytes of %p are read in linear time', (part) => {
  expect(looksLikeSecret(part.repeat(1_000_000))).toBeUndefined();
});
