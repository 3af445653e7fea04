// Who may call, and which web pages may read the answers.
import { Duration } from '../core/duration';
import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { Hostname } from '../core/hostname';
import type { HttpMethod } from '../core/http';
import { dnsLabel } from '../core/kubernetes-name';
import { refuseSecrets } from '../core/secrets';
import { requireBoolean, requireList, requireObject, requireOptions } from '../core/shape';
import { headerName } from './headers';

/** An issuer of JSON Web Tokens whose tokens a gateway accepts. */
export interface JwtProvider {
  /** @default - the host of the issuer or of the key set, with `-` for `.` */
  readonly name?: string;
  /** The `iss` claim, exactly. */
  readonly issuer: string;
  /** Where its keys are, `https://…`; every proxy fetches them. */
  readonly jwksUri: string;
  /** One of these in `aud`. @default - any */
  readonly audiences?: readonly string[];
  /** Claims that services and rate limits may read as headers: `{ sub: 'x-user-id' }`. What a client sends under such a name is dropped. @default - none */
  readonly claimToHeaders?: Readonly<Record<string, string>>;
}

/** Which web pages may call. */
export interface Cors {
  /** Such as `https://shop.example.com`, `https://*.example.com`. */
  readonly allowOrigins: readonly string[];
  /** @default - none beyond what browsers always allow */
  readonly allowMethods?: readonly HttpMethod[];
  /** @default - none */
  readonly allowHeaders?: readonly string[];
  /** @default - none */
  readonly exposeHeaders?: readonly string[];
  /** How long a browser keeps the answer. @default - its own default */
  readonly maxAge?: Duration;
  /** Whether cookies are sent. @default false */
  readonly allowCredentials?: boolean;
}

/** The certificate authority that clients' certificates come from. Its certificate is no secret. */
export interface ClientValidation {
  /** A ConfigMap or Secret in the namespace of the gateway with the key `ca.crt`. */
  readonly ca: { readonly kind: 'ConfigMap' | 'Secret'; readonly name: string };
  /** Let clients in that show no certificate. @default false */
  readonly optional?: boolean;
}

export interface JwtState {
  readonly name: string;
  readonly issuer: string;
  readonly jwksUri: string;
  readonly jwksHost: Hostname;
  readonly jwksPort: number;
  readonly audiences: readonly string[];
  readonly claimToHeaders: ReadonlyArray<{ readonly claim: string; readonly header: string }>;
}

export interface CorsState {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly maxAge: Duration | undefined;
  readonly allowCredentials: boolean;
}

const TEXT = /^[\x21-\x7e]{1,253}$/;
/** The pattern that Envoy Gateway checks origins with, in its oldest known line. */
const ORIGIN = /^(?:\*|https?:\/\/(?:\*|(?:\*\.)?(?:[\w-]+\.)*[\w-]+)(?::\d{1,5})?)$/;

/** Checks providers; sorted by name. */
export function checkJwt(providers: readonly JwtProvider[] | undefined, scope: ErrorScope): readonly JwtState[] {
  const states = requireList(providers, 'jwt', scope).map((provider) => checkProvider(provider, scope));
  states.sort((a, b) => (a.name < b.name ? -1 : 1));
  states.forEach((state, i) => {
    if (states[i + 1]?.name === state.name) throw new NetstackError({ what: `Two JWT providers are called ${state.name}`, scope, fix: 'give one of them another name' });
  });
  return states;
}

function checkProvider(provider: JwtProvider, scope: ErrorScope): JwtState {
  const text = (value: string, what: string): string => {
    if (typeof value === 'string' && TEXT.test(value)) {
      refuseSecrets(value, what, scope);
      return value;
    }
    throw new NetstackError({ what: `${what} ${shorten(value)} is not a text of 1 to 253 visible ASCII characters without spaces`, scope, fix: "give such as 'https://id.example.com'" });
  };
  requireOptions(provider, { name: true, issuer: true, jwksUri: true, audiences: true, claimToHeaders: true }, 'JWT provider', scope);
  const issuer = text(provider.issuer, 'JWT issuer');
  const { host, port } = checkUri(text(provider.jwksUri, 'JWKS address'), scope);
  const audiences = [...new Set(requireList(provider.audiences, 'audiences of a JWT provider', scope).map((one) => text(one, 'JWT audience')))].sort();
  if (audiences.length > 8) throw new NetstackError({ what: `JWT issuer ${shorten(issuer)} has ${audiences.length} audiences`, scope, fix: 'give at most 8' });
  const seen = new Set<string>();
  const claimToHeaders = Object.entries(requireObject(provider.claimToHeaders ?? {}, 'claimToHeaders of a JWT provider', scope)).map(([claim, name]) => {
    const header = headerName(name, 'Claim header', scope);
    if (seen.has(header)) throw new NetstackError({ what: `Two claims of JWT issuer ${shorten(issuer)} go into header ${header}`, scope, fix: 'give each a header of its own' });
    seen.add(header);
    return { claim: text(claim, 'JWT claim'), header };
  }).sort((a, b) => (a.header < b.header ? -1 : 1));
  return { name: dnsLabel(provider.name ?? nameOf(host), 'JWT provider name', scope), issuer, jwksUri: provider.jwksUri, jwksHost: host, jwksPort: port, audiences, claimToHeaders };
}

function nameOf(host: Hostname): string {
  return host.value.replaceAll('.', '-').slice(0, 63).replace(/-+$/, '');
}

function checkUri(uri: string, scope: ErrorScope): { host: Hostname; port: number } {
  const match = /^https:\/\/([^/:?#@]+)(?::(\d{1,5}))?\/[^#]*$/.exec(uri);
  if (!match) throw new NetstackError({ what: `JWKS address ${shorten(uri)} is not an https:// address with a path`, scope, fix: "give such as 'https://id.example.com/.well-known/jwks.json'" });
  return { host: Hostname.of(match[1]!), port: Number(match[2] ?? 443) };
}

export function checkCors(cors: Cors | undefined, scope: ErrorScope): CorsState | undefined {
  if (cors === undefined) return undefined;
  requireOptions(cors, { allowOrigins: true, allowMethods: true, allowHeaders: true, exposeHeaders: true, maxAge: true, allowCredentials: true }, 'cors', scope);
  if (!Array.isArray(cors.allowOrigins) || cors.allowOrigins.length === 0) {
    throw new NetstackError({ what: 'CORS allows no origin', scope, fix: "give allowOrigins: ['https://shop.example.com'], or leave cors out" });
  }
  for (const origin of cors.allowOrigins) {
    if (typeof origin !== 'string' || origin.length > 253 || !ORIGIN.test(origin)) {
      throw new NetstackError({ what: `CORS origin ${shorten(origin)} is not a scheme and a host`, scope, fix: "give such as 'https://shop.example.com', without a path" });
    }
  }
  if (cors.allowCredentials && cors.allowOrigins.some((origin) => origin.includes('*') && !origin.includes('*.'))) {
    throw new NetstackError({ what: 'CORS allows credentials to every origin', scope, fix: 'name the origins that may send cookies' });
  }
  const names = (list: readonly string[] | undefined, what: string): string[] => [...new Set(requireList(list, `list of ${what}s`, scope).map((one) => headerName(one, what, scope)))].sort();
  return {
    allowOrigins: [...new Set(cors.allowOrigins)].sort(),
    allowMethods: [...new Set(requireList(cors.allowMethods, 'allowMethods of cors', scope))].map((method) => headerName(method, 'CORS method', scope).toUpperCase()).sort(),
    allowHeaders: names(cors.allowHeaders, 'CORS header'),
    exposeHeaders: names(cors.exposeHeaders, 'CORS header'),
    maxAge: cors.maxAge && Duration.of(cors.maxAge),
    allowCredentials: requireBoolean(cors.allowCredentials ?? false, 'allowCredentials of cors', scope),
  };
}
