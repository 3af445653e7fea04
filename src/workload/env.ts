// Environment variables. Kubernetes expands $(NAME) in values and arguments; a text of the program is meant as it stands, so it is escaped.
import type { ErrorScope } from '../core/errors';
import { NetstackError, shorten } from '../core/errors';
import { SecretRef } from '../core/secret-ref';
import { refuseSecrets } from '../core/secrets';
import { requireObject } from '../core/shape';
import { checkText } from './labels';
import { secretKey } from './secret-key';
import type { SecretKey } from './secret-key';

/** MAX_ARG_STRLEN of Linux: one argument or `NAME=value` with its final NUL. */
const LONGEST = 131_072;
/** What the downward API offers to a variable. */
const FIELDS = /^(?:metadata\.(?:name|namespace|uid)|metadata\.(?:labels|annotations)\['[-A-Za-z0-9_./]{1,317}'\]|spec\.(?:nodeName|serviceAccountName)|status\.(?:hostIP|hostIPs|podIP|podIPs))$/;

/** A variable that is neither a text nor a secret. */
export class EnvValue {
  /** A field of the pod, such as `status.podIP` or `metadata.namespace`. */
  static field(path: string): EnvValue {
    if (typeof path !== 'string' || !FIELDS.test(path)) {
      throw new NetstackError({ what: `${shorten(path)} is not a field of a pod that a variable can hold`, fix: "give such as 'status.podIP' or 'metadata.namespace'" });
    }
    return new EnvValue('field', path);
  }

  /** A text in which Kubernetes puts the values of other variables of the container for `$(NAME)`. */
  static expand(text: string): EnvValue {
    return new EnvValue('expand', text);
  }

  readonly kind: 'field' | 'expand';
  readonly text: string;

  private constructor(kind: 'field' | 'expand', text: string) {
    this.kind = kind;
    this.text = text;
    Object.freeze(this);
  }
}

/** A checked variable, as plain state. */
export interface EnvState {
  readonly name: string;
  readonly value?: string;
  readonly field?: string;
  readonly secret?: SecretKey;
}

/** Checks the variables of a container; sorted by name. A variable that another one expands comes first, whatever its name. */
export function checkEnv(env: Readonly<Record<string, EnvValue | SecretRef | string>> | undefined, namespace: string, workload: string, scope: ErrorScope): readonly EnvState[] {
  const states = Object.entries(requireObject(env ?? {}, `env of workload ${workload}`, scope)).map(([name, value]) => checkVariable(name, value, namespace, workload, scope));
  const expands = (name: string): number => (env![name] instanceof EnvValue && (env![name] as EnvValue).kind === 'expand' ? 1 : 0);
  return states.sort((a, b) => expands(a.name) - expands(b.name) || (a.name < b.name ? -1 : 1));
}

function checkVariable(name: string, value: EnvValue | SecretRef | string, namespace: string, workload: string, scope: ErrorScope): EnvState {
  if (!/^[A-Za-z_][-.\w]{0,254}$/.test(name)) {
    throw new NetstackError({ what: `${shorten(name)} is not the name of an environment variable`, scope, fix: 'use letters, digits and "_", not beginning with a digit' });
  }
  refuseSecrets(name, `the name of a variable of workload ${workload}`, scope);
  const where = `Variable ${name} of workload ${workload}`;
  if (SecretRef.is(value)) return { name, secret: secretKey(value, namespace, where, scope) };
  if (value instanceof EnvValue) {
    return value.kind === 'field' ? { name, field: value.text } : { name, value: fitting(checkText(value.text, where, scope), name.length + 1, where, scope) };
  }
  return { name, value: literal(fitting(checkText(value, where, scope), name.length + 1, where, scope)) };
}

/** Arguments as the process reads them. */
export function checkArguments(args: readonly string[] | undefined, what: string, workload: string, scope: ErrorScope): readonly string[] | undefined {
  if (args === undefined) return undefined;
  if (!Array.isArray(args)) throw new NetstackError({ what: `The ${what} of workload ${workload} is ${shorten(args)}`, scope, fix: 'give a list of strings' });
  const where = `The ${what} of workload ${workload}`;
  return args.map((arg: string) => literal(fitting(checkText(arg, where, scope), 0, where, scope)));
}

/** Escapes each `$` that Kubernetes would read as the beginning of an expansion or of an escape. */
function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}

function fitting(text: string, extra: number, where: string, scope: ErrorScope): string {
  if (Buffer.byteLength(text) + extra < LONGEST) return text;
  throw new NetstackError({ what: `${where} is longer than Linux gives to a process (${LONGEST} bytes)`, scope, fix: 'mount it as a file with Volume.configMap' });
}
