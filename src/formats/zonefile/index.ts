// DNS zone files.
import type { ConfigFormat } from '../../core/config-file';
import type { ZoneFile } from './model';
import { printZoneFile } from './print';

export * from './model';
export { printZoneFile } from './print';

/** A zone file as a {@link ConfigFormat}. */
export const zonefileFormat: ConfigFormat<ZoneFile> = { name: 'zonefile', print: printZoneFile };
