// HAProxy 3.0: haproxy.cfg and the Lua script beside it.
import type { ConfigFormat } from '../../core/config-file';
import type { LuaScript } from './lua';
import { printLuaScript } from './lua';
import type { HaproxyConfig } from './model';
import { printHaproxyConfig } from './print';

export * from './expression';
export * from './lua';
export * from './model';
export { printHaproxyConfig } from './print';

/** haproxy.cfg as a {@link ConfigFormat}. */
export const haproxyFormat: ConfigFormat<HaproxyConfig> = { name: 'haproxy', print: printHaproxyConfig };

/** The Lua script as a {@link ConfigFormat}. */
export const luaFormat: ConfigFormat<LuaScript> = { name: 'lua', print: printLuaScript };
