// CoreDNS 1.12: the Corefile.
import type { ConfigFormat } from '../../core/config-file';
import type { Corefile } from './model';
import { printCorefile } from './print';

export * from './model';
export { printCorefile } from './print';

/** The Corefile as a {@link ConfigFormat}. */
export const corefileFormat: ConfigFormat<Corefile> = { name: 'corefile', print: printCorefile };
