// sysctl.d files.
import type { ConfigFormat } from '../../core/config-file';
import type { SysctlFile } from './model';
import { printSysctl } from './print';

export { HOST_KEYS } from './keys';
export type { SysctlFile, SysctlValue } from './model';
export { printSysctl } from './print';

/** A sysctl.d file as a {@link ConfigFormat}. */
export const sysctlFormat: ConfigFormat<SysctlFile> = { name: 'sysctl', print: printSysctl };
