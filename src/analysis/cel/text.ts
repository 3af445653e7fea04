// Texts as Go sees them: UTF-8, and numbers printed by fmt.

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Undefined for bytes that are no UTF-8. */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** As `%g` of Go's fmt: the shortest digits that read back, an exponent below 1e-4 and from 1e6. */
export function printDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential() : String(value);
  // At least two digits of exponent.
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The code points of a text. */
export function runes(text: string): string[] {
  return Array.from(text);
}
