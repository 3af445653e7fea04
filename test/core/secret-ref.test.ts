import type { SecretSource } from '../../src/core/secret-ref';
import { requireSecretRef, SecretRef } from '../../src/core/secret-ref';
import { HOSTILE, sentence } from './sentence';

test.each<[SecretRef, SecretSource, string]>([
  [SecretRef.existing('cloudflared', 'token'), { type: 'existing', name: 'cloudflared', key: 'token' }, 'existing cloudflared/token'],
  [SecretRef.existing('cloudflared', 'token', { namespace: 'edge' }), { type: 'existing', name: 'cloudflared', key: 'token', namespace: 'edge' }, 'existing cloudflared/token/edge'],
  [
    SecretRef.externalSecret({ name: 'wg', key: 'private', store: 'vault', remoteKey: 'office/wg' }),
    { type: 'externalSecret', name: 'wg', key: 'private', store: 'vault', storeKind: 'SecretStore', remoteKey: 'office/wg' },
    'externalSecret wg/private/vault/SecretStore/office/wg',
  ],
  [
    SecretRef.externalSecret({ name: 'wg', key: 'private', store: 'vault', storeKind: 'ClusterSecretStore', remoteKey: 'office/wg', property: 'key' }),
    { type: 'externalSecret', name: 'wg', key: 'private', store: 'vault', storeKind: 'ClusterSecretStore', remoteKey: 'office/wg', property: 'key' },
    'externalSecret wg/private/vault/ClusterSecretStore/office/wg/key',
  ],
  [SecretRef.sops({ name: 'wg', key: 'private', file: 'secrets/wg.enc.yaml' }), { type: 'sops', name: 'wg', key: 'private', file: 'secrets/wg.enc.yaml' }, 'sops wg/private/secrets/wg.enc.yaml'],
  [SecretRef.env('WG_PRIVATE_KEY'), { type: 'env', name: 'WG_PRIVATE_KEY' }, 'env WG_PRIVATE_KEY'],
  [SecretRef.file('/etc/wireguard/private.key'), { type: 'file', path: '/etc/wireguard/private.key' }, 'file /etc/wireguard/private.key'],
  [SecretRef.terraformVariable('tunnel_secret'), { type: 'terraformVariable', name: 'tunnel_secret' }, 'terraformVariable tunnel_secret'],
])('%s', (ref, source, text) => {
  expect([ref.source, JSON.parse(JSON.stringify(ref)), JSON.parse(ref.key()), String(ref)]).toEqual([source, source, source, text]);
  expect(Object.isFrozen(ref) && Object.isFrozen(ref.source)).toBe(true);
  expect(requireSecretRef(ref, 'the token')).toBe(ref);
});

test('a reference of another installed copy is one', () => {
  const foreign = Object.defineProperty({ source: { type: 'env', name: 'A' } }, Symbol.for('cdk8s-netstack.SecretRef'), { value: true });
  expect(requireSecretRef(foreign, 'the token')).toBe(foreign);
});

const hidden = 'it is not shown, for it could be the secret itself (<here>): give the name of the place that holds the secret.';
const external = { name: 'wg', key: 'private', store: 'vault', remoteKey: 'office/wg' };
const sops = { name: 'wg', key: 'private', file: 'a.yaml' };
test.each<[() => unknown, string]>([
  [() => SecretRef.existing('hunter2!', 'token'), `The name of SecretRef.existing is not a DNS subdomain; ${hidden}`],
  [() => SecretRef.existing('a', 'hunter2!'), `The key of SecretRef.existing is not a key of a Secret; ${hidden}`],
  [() => SecretRef.existing('a', 'b', { namespace: 'hunter2!' }), `The namespace of SecretRef.existing is not a DNS label; ${hidden}`],
  [() => SecretRef.existing('a', 'b', 'hunter2!' as never), 'SecretRef.existing was given no options; what it was given is not shown, for it could be the secret itself (<here>): give the name of the place that holds the secret.'],
  [() => SecretRef.externalSecret('hunter2!' as never), 'SecretRef.externalSecret was given no options; what it was given is not shown, for it could be the secret itself (<here>): give the name of the place that holds the secret.'],
  [() => SecretRef.externalSecret({ ...external, store: 'hunter2!' }), `The store of SecretRef.externalSecret is not a DNS subdomain; ${hidden}`],
  [() => SecretRef.externalSecret({ ...external, storeKind: 'hunter2!' as never }), `The storeKind of SecretRef.externalSecret is not 'SecretStore' or 'ClusterSecretStore'; ${hidden}`],
  [() => SecretRef.externalSecret({ ...external, remoteKey: '' }), `The remoteKey of SecretRef.externalSecret is not a text of 1 to 1024 visible ASCII characters; ${hidden}`],
  [() => SecretRef.externalSecret({ ...external, property: 'a\nb' }), `The property of SecretRef.externalSecret is not a text of 1 to 1024 visible ASCII characters; ${hidden}`],
  [() => SecretRef.sops({ ...sops, file: '../a.yaml' }), `The file of SecretRef.sops is not a path below the project; ${hidden}`],
  [() => SecretRef.sops({ ...sops, file: '/a.yaml' }), `The file of SecretRef.sops is not a path below the project; ${hidden}`],
  [() => SecretRef.env('hunter2!'), `The name of SecretRef.env is not a name of an environment variable; ${hidden}`],
  [() => SecretRef.env(undefined as never), `The name of SecretRef.env is not a name of an environment variable; ${hidden}`],
  [() => SecretRef.file('private.key'), `The path of SecretRef.file is not an absolute path; ${hidden}`],
  [() => SecretRef.file('/etc/../private.key'), `The path of SecretRef.file is not an absolute path; ${hidden}`],
  [() => SecretRef.terraformVariable('2nd'), `The name of SecretRef.terraformVariable is not a name of a Terraform variable; ${hidden}`],
  [() => SecretRef.env(`ghp_${'a1'.repeat(18)}`), 'The name of SecretRef.env holds a secret (GitHub token) (<here>): give the name of the place that holds the secret.'],
])('%s', (action, message) => {
  expect(sentence(action)).toBe(message);
});

test.each<[unknown, string]>([
  ['hunter2!', "The token of the tunnel is not a SecretRef; what was given is not shown, for it could be the secret itself (App/edge, <here>): pass where the secret is kept, such as SecretRef.existing('name', 'key')."],
  [{ source: { type: 'env', name: 'hunter2!' } }, "The token of the tunnel is not a SecretRef; what was given is not shown, for it could be the secret itself (App/edge, <here>): pass where the secret is kept, such as SecretRef.existing('name', 'key')."],
  [undefined, "The token of the tunnel is missing (App/edge, <here>): pass where the secret is kept, such as SecretRef.existing('name', 'key')."],
])('%p is no reference', (value, message) => {
  expect(sentence(() => requireSecretRef(value, 'the token of the tunnel', { node: { path: 'App/edge' } }))).toBe(message);
});

test.each(HOSTILE)('hostile %p is one sentence that does not repeat it', (text) => {
  const given = `${text}\u0001`;
  const actions = [
    () => SecretRef.existing(given, 'a'), () => SecretRef.existing('a', given), () => SecretRef.existing('a', 'b', { namespace: given }),
    ...['name', 'key', 'store', 'storeKind', 'remoteKey', 'property'].map((field) => () => SecretRef.externalSecret({ ...external, [field]: given })),
    ...['name', 'key', 'file'].map((field) => () => SecretRef.sops({ ...sops, [field]: given })),
    () => SecretRef.env(given), () => SecretRef.file(`/${given}`), () => SecretRef.terraformVariable(given),
  ];
  for (const action of actions) {
    expect(sentence(action)).toMatch(/^The \w+ of SecretRef\.\w+ is not [^\n]*; it is not shown, for it could be the secret itself \(<here>\): give the name of the place that holds the secret\.$/);
  }
});
