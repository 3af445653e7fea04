// WireGuard: wg-quick files.
import type { ConfigFormat } from '../../core/config-file';
import type { WireguardConfig } from './model';
import { printWireguardConfig } from './print';

export * from './model';
export { PRIVATE_KEY_FILE, checkedPublicKey, printWireguardConfig } from './print';

/** A wg-quick file as a {@link ConfigFormat}. */
export const wireguardFormat: ConfigFormat<WireguardConfig> = { name: 'wireguard', print: printWireguardConfig };
