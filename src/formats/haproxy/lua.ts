// The Lua file beside haproxy.cfg. Lua is code, so a model has no place for text: the functions are known ones with typed settings.
import type { Percent } from '../../core/percent';
import { refuse } from '../refuse';
import { checkedName, checkedUnique } from '../text';

/** A converter that is true for a stable share of its input values: the same user always lands on the same side. */
export interface LuaShareConverter {
  /** Used in haproxy.cfg as `lua.<name>`. */
  readonly name: string;
  /** How many of all values, by hash. */
  readonly share: Percent;
}

/** A Lua script for `lua-load`. */
export interface LuaScript {
  readonly shareConverters: readonly LuaShareConverter[];
}

const LUA_NAME = { noun: 'Lua function name', pattern: /^[a-z][a-z0-9_]*$/, allowed: 'lower-case letters, digits and _', maxLength: 40 };

/** Prints the script. A share has two decimals at most, so the hash runs to 10,000. */
export function printLuaScript(script: LuaScript): string {
  if (script.shareConverters.length === 0) refuse('Lua script', 'It has no function', 'add one, or load no script');
  checkedUnique(script.shareConverters.map((converter) => converter.name), 'Lua function', 'Lua script');
  const blocks = script.shareConverters.map(({ name, share }) => {
    checkedName(name, 'Lua script', LUA_NAME);
    return `core.register_converters("${name}", function(value)
  if value == nil or value == "" then return false end
  return bucket(value) < ${Math.round(share.value * 100)}
end)`;
  });
  return `-- A stable number from 0 to 9999 for every value: djb2, kept within 32 bits.
local function bucket(value)
  local sum = 5381
  for i = 1, #value do sum = (sum * 33 + value:byte(i)) % 4294967296 end
  return sum % 10000
end

${blocks.join('\n\n')}
`;
}
