// A value that only the person who runs Terraform knows.
import { NetstackError, shorten } from './errors';

const TERRAFORM_VARIABLE = Symbol.for('cdk8s-netstack.TerraformVariable');

/**
 * A Terraform input variable: printed as a `variable` block, referred to as `var.<name>`.
 *
 * For values that belong to an account and not to the program (account ids, zone ids). Never part of a manifest.
 */
export class TerraformVariable {
  /**
   * @param name letters, digits, `_` and `-`, not starting with a digit
   * @throws NetstackError for a name that Terraform does not accept
   */
  static named(name: string, options: TerraformVariableOptions = {}): TerraformVariable {
    if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/.test(name)) {
      throw new NetstackError({ what: `${shorten(name)} is not a Terraform variable name`, fix: 'use letters, digits, "_" and "-", starting with a letter' });
    }
    return new TerraformVariable(name, options.description, options.sensitive ?? false);
  }

  static is(value: unknown): value is TerraformVariable {
    return typeof value === 'object' && value !== null && TERRAFORM_VARIABLE in value;
  }

  readonly name: string;
  readonly description: string | undefined;
  readonly sensitive: boolean;

  private constructor(name: string, description: string | undefined, sensitive: boolean) {
    this.name = name;
    this.description = description;
    this.sensitive = sensitive;
    Object.defineProperty(this, TERRAFORM_VARIABLE, { value: true });
    Object.freeze(this);
  }

  toString(): string {
    return `var.${this.name}`;
  }
}

export interface TerraformVariableOptions {
  readonly description?: string;
  /** Terraform hides the value in its output. @default false */
  readonly sensitive?: boolean;
}
