// What is given to a factory here may be the secret itself by mistake, so no sentence of this file repeats a value.
import type { ErrorScope } from './errors';
import { NetstackError, sentenceCase } from './errors';
import { looksLikeSecret } from './secret-formats';

/** A Secret that somebody else keeps in the cluster. */
export interface ExistingSecret {
  readonly type: 'existing';
  readonly name: string;
  readonly key: string;
  /** @default - the namespace of the construct that uses it */
  readonly namespace?: string;
}

/** A Secret that the External Secrets Operator fills. */
export interface ExternalSecretSource {
  readonly type: 'externalSecret';
  /** Name of the Secret in the cluster. */
  readonly name: string;
  /** Key in the Secret. */
  readonly key: string;
  readonly store: string;
  readonly storeKind: 'SecretStore' | 'ClusterSecretStore';
  /** Name of the secret in the store. */
  readonly remoteKey: string;
  /** Field of the secret in the store. */
  readonly property?: string;
}

/** A Secret in a file that SOPS encrypted, decrypted on its way into the cluster. */
export interface SopsSecret {
  readonly type: 'sops';
  readonly name: string;
  readonly key: string;
  /** The encrypted file, relative to the project. */
  readonly file: string;
}

/** An environment variable where the file is used. */
export interface EnvironmentSecret {
  readonly type: 'env';
  readonly name: string;
}

/** A file where the reader runs. */
export interface FileSecret {
  readonly type: 'file';
  readonly path: string;
}

/** A sensitive Terraform variable. */
export interface TerraformVariableSecret {
  readonly type: 'terraformVariable';
  readonly name: string;
}

/** Where a secret is kept. */
export type SecretSource = ExistingSecret | ExternalSecretSource | SopsSecret | EnvironmentSecret | FileSecret | TerraformVariableSecret;

/** Options of `SecretRef.existing`. */
export interface ExistingSecretOptions {
  /** @default - the namespace of the construct that uses it */
  readonly namespace?: string;
}

/** Options of `SecretRef.externalSecret`. */
export interface ExternalSecretOptions {
  /** Name of the Secret in the cluster. */
  readonly name: string;
  /** Key in the Secret. */
  readonly key: string;
  /** Name of the store. */
  readonly store: string;
  /** @default 'SecretStore' */
  readonly storeKind?: 'SecretStore' | 'ClusterSecretStore';
  /** Name of the secret in the store. */
  readonly remoteKey: string;
  /** Field of the secret in the store. @default - the whole secret */
  readonly property?: string;
}

/** Options of `SecretRef.sops`. */
export interface SopsSecretOptions {
  /** Name of the Secret in the cluster. */
  readonly name: string;
  /** Key in the Secret. */
  readonly key: string;
  /** The encrypted file, relative to the project. */
  readonly file: string;
}

const BRAND: symbol = Symbol.for('cdk8s-netstack.SecretRef');
const NAME = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const KEY = /^[-._A-Za-z0-9]{1,253}$/;
const TEXT = /^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/;

function check(value: unknown, pattern: RegExp, factory: string, field: string, grammar: string): void {
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new NetstackError({ what: `The ${field} of SecretRef.${factory} is not ${grammar}; it is not shown, for it could be the secret itself`, fix: 'give the name of the place that holds the secret' });
  }
  const kind = looksLikeSecret(value);
  if (kind !== undefined) {
    throw new NetstackError({ what: `The ${field} of SecretRef.${factory} holds a secret (${kind})`, fix: 'give the name of the place that holds the secret' });
  }
}

function required<T extends object>(value: T, factory: string): T {
  if (typeof value === 'object' && value !== null) return value;
  throw new NetstackError({ what: `SecretRef.${factory} was given no options; what it was given is not shown, for it could be the secret itself`, fix: 'give the name of the place that holds the secret' });
}

/** Where a secret is kept, never the secret: the only type that a secret prop takes. */
export class SecretRef {
  /** A Secret that somebody else keeps in the cluster. */
  public static existing(name: string, key: string, options: ExistingSecretOptions = {}): SecretRef {
    check(name, NAME, 'existing', 'name', 'a DNS subdomain');
    check(key, KEY, 'existing', 'key', 'a key of a Secret');
    const { namespace } = required(options, 'existing');
    if (namespace !== undefined) check(namespace, NAMESPACE, 'existing', 'namespace', 'a DNS label');
    return new SecretRef({ type: 'existing', name, key, ...namespace !== undefined && { namespace } });
  }

  /** A Secret that the External Secrets Operator fills from a store. */
  public static externalSecret(given: ExternalSecretOptions): SecretRef {
    const { name, key, store, storeKind = 'SecretStore', remoteKey, property } = required(given, 'externalSecret');
    check(name, NAME, 'externalSecret', 'name', 'a DNS subdomain');
    check(key, KEY, 'externalSecret', 'key', 'a key of a Secret');
    check(store, NAME, 'externalSecret', 'store', 'a DNS subdomain');
    check(storeKind, /^(?:Cluster)?SecretStore$/, 'externalSecret', 'storeKind', '\'SecretStore\' or \'ClusterSecretStore\'');
    check(remoteKey, TEXT, 'externalSecret', 'remoteKey', 'a text of 1 to 1024 visible ASCII characters');
    if (property !== undefined) check(property, TEXT, 'externalSecret', 'property', 'a text of 1 to 1024 visible ASCII characters');
    return new SecretRef({ type: 'externalSecret', name, key, store, storeKind, remoteKey, ...property !== undefined && { property } });
  }

  /** A Secret in a file of the project that SOPS encrypted. */
  public static sops(given: SopsSecretOptions): SecretRef {
    const { name, key, file } = required(given, 'sops');
    check(name, NAME, 'sops', 'name', 'a DNS subdomain');
    check(key, KEY, 'sops', 'key', 'a key of a Secret');
    check(file, /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[\x21-\x7e]{1,1024}$/, 'sops', 'file', 'a path below the project');
    return new SecretRef({ type: 'sops', name, key, file });
  }

  /** An environment variable where the output is used. */
  public static env(name: string): SecretRef {
    check(name, /^[A-Za-z_][A-Za-z0-9_]{0,254}$/, 'env', 'name', 'a name of an environment variable');
    return new SecretRef({ type: 'env', name });
  }

  /** A file where the reader runs, by its absolute path. */
  public static file(path: string): SecretRef {
    check(path, /^\/(?!.*(?:^|\/)\.\.(?:\/|$))[\x21-\x7e]{1,1023}$/, 'file', 'path', 'an absolute path');
    return new SecretRef({ type: 'file', path });
  }

  /** A sensitive variable of the Terraform root, declared by this package and given when it is applied. */
  public static terraformVariable(name: string): SecretRef {
    check(name, /^[A-Za-z_][A-Za-z0-9_-]{0,254}$/, 'terraformVariable', 'name', 'a name of a Terraform variable');
    return new SecretRef({ type: 'terraformVariable', name });
  }

  /** Whether `value` is a SecretRef, also one of another installed copy of this package. */
  public static is(value: unknown): value is SecretRef {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** Where the secret is kept. */
  public readonly source: SecretSource;

  private constructor(source: SecretSource) {
    this.source = Object.freeze(source);
    Object.defineProperty(this, BRAND, { value: true });
    Object.freeze(this);
  }

  /** Equal keys mean the same place. */
  public key(): string {
    return JSON.stringify(this.source);
  }

  public toString(): string {
    const { type, ...place } = this.source;
    return `${type} ${Object.values(place).join('/')}`;
  }

  public toJSON(): SecretSource {
    return this.source;
  }
}

/**
 * Returns `value` when it is a SecretRef, else throws without repeating it: for callers without types.
 * @param where the prop, as the subject of the sentence: `token of the tunnel`
 */
export function requireSecretRef(value: unknown, where: string, scope?: ErrorScope): SecretRef {
  if (SecretRef.is(value)) return value;
  throw new NetstackError({
    what: `${sentenceCase(where)} is ${value === undefined ? 'missing' : 'not a SecretRef; what was given is not shown, for it could be the secret itself'}`,
    ...scope && { scope },
    fix: 'pass where the secret is kept, such as SecretRef.existing(\'name\', \'key\')',
  });
}
