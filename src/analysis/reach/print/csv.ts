// Comma-separated values, RFC 4180.

/** A field; a text that a spreadsheet would calculate stays a text. */
export function csvField(text: string): string {
  const plain = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Lines with a head. */
export function csvTable(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  return [head, ...rows].map((row) => `${row.map(csvField).join(',')}\n`).join('');
}
