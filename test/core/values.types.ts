// Type tests: compiled with the development project, never run. Every line under `@ts-expect-error` must be refused by the compiler.
import { Duration as Cdk8sDuration } from 'cdk8s';

import type { CidrHost } from '../../src/core/cidr';
import { Cidr } from '../../src/core/cidr';
import { Duration } from '../../src/core/duration';
import type { ErrorScope } from '../../src/core/errors';
import { Hostname } from '../../src/core/hostname';
import { Http } from '../../src/core/http';
import { Path } from '../../src/core/path';
import { Percent } from '../../src/core/percent';
import { Port } from '../../src/core/port';
import type { SecretSource } from '../../src/core/secret-ref';
import { SecretRef } from '../../src/core/secret-ref';
import type { IConstruct } from 'constructs';

declare const construct: IConstruct;
export const scope: ErrorScope = construct;

interface Danger {
  readonly timeout: Duration;
  readonly share: Percent;
  readonly token: SecretRef;
  readonly network: Cidr;
  readonly port: Port;
}
export const right: Danger = { timeout: Duration.millis(4700), share: Percent.of(3), token: SecretRef.env('TOKEN'), network: Cidr.of('10.0.0.0/8'), port: Port.http(80) };

// @ts-expect-error a number has no unit
export const timeout: Danger['timeout'] = 4700;
// @ts-expect-error cdk8s' own Duration enters by Duration.of
export const foreign: Danger['timeout'] = Cdk8sDuration.seconds(5);
// @ts-expect-error a number has no unit
export const share: Danger['share'] = 3;
// @ts-expect-error a secret is never a string
export const token: Danger['token'] = 'hunter2';
// @ts-expect-error nor its description
export const source: Danger['token'] = { source: { type: 'env', name: 'TOKEN' } };
// @ts-expect-error an address within its network is no block
export const host: Danger['network'] = Cidr.host('10.47.17.1/24');
// @ts-expect-error a block is no address within its network
export const block: CidrHost = Cidr.of('10.47.17.0/24');
// @ts-expect-error a number does not say what is spoken
export const port: Danger['port'] = 8080;
// @ts-expect-error what only looks like a percentage is none
export const literal: Percent = { value: 3, complement: () => literal, toWeights: () => ({ share: 3, rest: 97, total: 100 }), toString: () => '', toJSON: () => 3 };

// @ts-expect-error constructors are private
new Hostname('a.example');
// @ts-expect-error constructors are private
new Duration(1);
// @ts-expect-error constructors are private
new Http({ methods: [], paths: [], headers: [] });
// @ts-expect-error values never change
Hostname.of('a.example').value = 'b.example';
// @ts-expect-error lists never change
Http.get().methods.push('POST');
// @ts-expect-error a unit is needed
Duration.of(4700);
// @ts-expect-error a method is written in capitals
Http.methods(['get']);
// @ts-expect-error the issuer is required
Http.get().withJwt({ audiences: ['orders'] });
// @ts-expect-error a condition on the path is a text or a Path
Path.of(/orders/);
// @ts-expect-error metrics are read over http or https
Port.metrics(9090, { scheme: 'ftp' });
// @ts-expect-error plain ports have no scrape path
Port.http(9090, { path: '/metrics' });
// @ts-expect-error there is no other kind of store
SecretRef.externalSecret({ name: 'a', key: 'b', store: 'c', remoteKey: 'd', storeKind: 'Vault' });
// @ts-expect-error there is no other family
Cidr.any(5);

/** Exhaustive over where a secret can be kept: a further place makes this an error. */
export function place(secret: SecretSource): string {
  switch (secret.type) {
    case 'existing':
    case 'externalSecret':
    case 'sops': return `${secret.name}/${secret.key}`;
    case 'env':
    case 'terraformVariable': return secret.name;
    case 'file': return secret.path;
  }
}
