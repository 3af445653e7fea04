// nftables rulesets.
import type { ConfigFormat } from '../../core/config-file';
import type { NftRuleset } from './model';
import { printNftRuleset } from './print';

export * from './model';
export { printNftRuleset } from './print';

/** An nftables ruleset as a {@link ConfigFormat}. */
export const nftablesFormat: ConfigFormat<NftRuleset> = { name: 'nftables', print: printNftRuleset };
