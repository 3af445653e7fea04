// HuJSON ("JWCC"): the Tailscale policy file.
import type { ConfigFormat } from '../../core/config-file';
import type { TailscalePolicy } from './model';
import { printTailscalePolicy } from './print';

export * from './model';
export { printTailscalePolicy } from './print';

/** The Tailscale policy as a {@link ConfigFormat}. */
export const tailscalePolicyFormat: ConfigFormat<TailscalePolicy> = { name: 'hujson', print: printTailscalePolicy };
