// Prometheus rule files.
import type { ConfigFormat } from '../../core/config-file';
import type { RuleFile } from './model';
import { printRuleFile } from './print';

export * from './model';
export { printRuleFile } from './print';
export { promqlRegex, promqlString, templateText } from './scalar';

/** A rule file as a {@link ConfigFormat}; give it a name that ends in `.rules`. */
export const ruleFileFormat: ConfigFormat<RuleFile> = { name: 'prometheus', print: printRuleFile };
