// How parts of the system are called in sentences.

/** `Listener https of …` within a sentence; names of objects keep their capital. */
export function inSentence(label: string): string {
  return /^(?:Listener|Server|Entry point|Port|Tunnel|Rule) /.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
