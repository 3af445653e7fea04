// Names as `cdk8s import` gives them, so that what people know from there is here too.

/** `HTTPRoute` becomes `HttpRoute`, `wasm-plugins` becomes `WasmPlugins`: the rule of json2jsii, of which `cdk8s import` consists. */
export function normalizeTypeName(name: string): string {
  const joined = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const capitals = /([A-Z]+)(?:[^a-z]|$)/g;
  let result = joined;
  for (let match = capitals.exec(joined); match; match = capitals.exec(joined)) {
    const pascal = match[1]![0]! + match[1]!.slice(1).toLowerCase();
    result = result.slice(0, match.index) + pascal + result.slice(match.index + pascal.length);
  }
  return result.charAt(0).toUpperCase() + result.slice(1);
}

/** The name of the type of `property` in the type named `parent`. */
export function nestedTypeName(parent: string, property: string): string {
  const wire = property.startsWith('$') ? property.slice(1) : property;
  let member = camelCase(wire.replace('/', '_'));
  if (['build', 'equals', 'hashcode'].includes(member.toLowerCase())) member += '_';
  return normalizeTypeName(pascalCase(parent) + pascalCase(member)).replace(/[^A-Za-z0-9_]/g, '');
}

/** The class name of a kind; Kubernetes' own kinds are prefixed, as `cdk8s import k8s` does. */
export function className(kind: string, builtin: boolean, version: string): string {
  const suffix = builtin && version !== 'v1' ? pascalCase(version) : '';
  return normalizeTypeName(`${builtin ? 'Kube' : ''}${kind}${suffix}`);
}

function pascalCase(text: string): string {
  const camel = camelCase(text);
  return camel.charAt(0).toUpperCase() + camel.slice(1);
}

// The rule of the package `camelcase` 6, for the characters that occur in Kubernetes field names.
function camelCase(text: string): string {
  if (text.length <= 1) return text.toLowerCase();
  const separated = text === text.toLowerCase() ? text : separateWords(text);
  return separated
    .replace(/^[_.\- ]+/, '')
    .toLowerCase()
    .replace(/[_.\- ]+([\p{Alpha}\p{N}_]|$)/gu, (_, next: string) => next.toUpperCase())
    .replace(/\d+([\p{Alpha}\p{N}_]|$)/gu, (match) => match.toUpperCase());
}

function separateWords(text: string): string {
  const isLower = (c: string): boolean => c.toLowerCase() === c && c.toUpperCase() !== c;
  const isUpper = (c: string): boolean => c.toUpperCase() === c && c.toLowerCase() !== c;
  let out = text;
  let lastLower = false;
  let lastUpper = false;
  let beforeLastUpper = false;
  for (let i = 0; i < out.length; i++) {
    const c = out[i]!;
    if (lastLower && isUpper(c)) {
      out = `${out.slice(0, i)}-${out.slice(i)}`;
      i++;
      [lastLower, beforeLastUpper, lastUpper] = [false, lastUpper, true];
    } else if (lastUpper && beforeLastUpper && isLower(c)) {
      out = `${out.slice(0, i - 1)}-${out.slice(i - 1)}`;
      // The inserted separator moves the text: the same character is looked at again, as the package does.
      [lastLower, beforeLastUpper, lastUpper] = [true, lastUpper, false];
    } else {
      [lastLower, beforeLastUpper, lastUpper] = [isLower(c), lastUpper, isUpper(c)];
    }
  }
  return out;
}
