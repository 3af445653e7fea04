// Findings that the program accepts, with the reason.
import type { IConstruct } from 'constructs';
import type { AcknowledgeWhere } from './acknowledgement';
import { NetstackError, shorten } from './errors';
import { Registry } from './registry';
import { refuseSecrets } from './secrets';
import { requireObject, requireOptions } from './shape';
import { callerLine } from './source';

export interface AcknowledgeOptions {
  /** Id of the finding: `NS` and four digits. */
  readonly id: string;
  /** Why it is right here. At least ten characters: it is read in review. */
  readonly reason: string;
  /** @default - every object at and below the construct */
  readonly where?: AcknowledgeWhere;
  /**
   * The last day on which it is accepted, in UTC: `2027-01-31`. Afterwards the finding counts again.
   *
   * @default - for ever
   */
  readonly expires?: string;
}

/**
 * Accepts findings in a subtree: `Validations.of(gateway).acknowledge({ id: 'NS2012', reason: 'the partner sends no Origin header' })`.
 *
 * An acknowledged finding stays in the report, marked with its reason, and fails nothing.
 */
export class Validations {
  static of(scope: IConstruct): Validations {
    return new Validations(scope);
  }

  private readonly scope: IConstruct;

  private constructor(scope: IConstruct) {
    this.scope = scope;
  }

  /** @throws NetstackError for something that is no finding id, a reason under ten characters, a day that is none */
  acknowledge(options: AcknowledgeOptions): this {
    requireObject(options, 'what is acknowledged', this.scope);
    requireOptions(options, { id: true, reason: true, where: true, expires: true }, 'what is acknowledged', this.scope);
    if (typeof options.id !== 'string' || !/^NS\d{4}$/.test(options.id)) {
      throw new NetstackError({ what: `${shorten(options.id)} is not the id of a finding`, scope: this.scope, fix: 'give one such as NS0014, as the report prints it' });
    }
    const reason = typeof options.reason === 'string' ? options.reason.trim() : '';
    if (reason.length < 10 || reason.length > 1000) {
      throw new NetstackError({ what: `The reason for accepting ${options.id} has ${reason.length} characters`, scope: this.scope, fix: 'say in 10 to 1000 characters why it is right here' });
    }
    refuseSecrets(reason, `the reason for accepting ${options.id}`, this.scope);
    const { where, expires } = options;
    if (expires !== undefined && !isDay(expires)) {
      throw new NetstackError({ what: `${shorten(expires)} is no day`, scope: this.scope, fix: 'give the last day on which the finding is accepted, such as 2027-01-31' });
    }
    const narrowed = where === undefined ? undefined : this.checkedWhere(where, options.id);
    Registry.of(this.scope).addAcknowledgement({
      id: options.id, reason, path: this.scope.node.path, source: callerLine(),
      ...(narrowed === undefined ? {} : { where: narrowed }), ...(expires === undefined ? {} : { expires }),
    });
    return this;
  }

  private checkedWhere(where: AcknowledgeWhere, id: string): AcknowledgeWhere | undefined {
    const what = `where ${id} is acknowledged`;
    requireOptions(where, { kind: true, name: true, namespace: true, field: true }, what, this.scope);
    const given = Object.entries(where).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, value] of given) {
      if (typeof value !== 'string' || value === '' || value.length > 1000) {
        throw new NetstackError({ what: `The ${key} ${what} is ${shorten(value)}`, scope: this.scope, fix: 'give a text, or leave it out' });
      }
    }
    return given.length === 0 ? undefined : Object.fromEntries(given);
  }
}

function isDay(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
