// Findings that the program accepts, with the reason.
import type { IConstruct } from 'constructs';
import { NetstackError, shorten } from './errors';
import { Registry } from './registry';
import { refuseSecrets } from './secrets';
import { requireObject } from './shape';
import { callerLine } from './source';

export interface AcknowledgeOptions {
  /** Id of the finding: `NS` and four digits. */
  readonly id: string;
  /** Why it is right here. At least ten characters: it is read in review. */
  readonly reason: string;
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

  /** @throws NetstackError for something that is no finding id, or a reason under ten characters */
  acknowledge(options: AcknowledgeOptions): this {
    requireObject(options, 'what is acknowledged', this.scope);
    if (typeof options.id !== 'string' || !/^NS\d{4}$/.test(options.id)) {
      throw new NetstackError({ what: `${shorten(options.id)} is not the id of a finding`, scope: this.scope, fix: 'give one such as NS0014, as the report prints it' });
    }
    const reason = typeof options.reason === 'string' ? options.reason.trim() : '';
    if (reason.length < 10 || reason.length > 1000) {
      throw new NetstackError({ what: `The reason for accepting ${options.id} has ${reason.length} characters`, scope: this.scope, fix: 'say in 10 to 1000 characters why it is right here' });
    }
    refuseSecrets(reason, `the reason for accepting ${options.id}`, this.scope);
    Registry.of(this.scope).addAcknowledgement({ id: options.id, reason, path: this.scope.node.path, source: callerLine() });
    return this;
  }
}
