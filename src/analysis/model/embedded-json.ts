// JSON inside of other documents: whether it can be read, and what is in the way.

/** What is wrong with a text that should be JSON. */
export interface JsonTrouble {
  /** Comments and commas at the end are all that is wrong: some readers take them. */
  readonly lenient: boolean;
  /** Line of the text, from 1. */
  readonly line: number | undefined;
}

/** Texts that something else fills in before they are read. */
const TEMPLATE = /\{\{|<%|\$\{|\$\(|__[A-Z0-9_]+__|@@/;

/** Says what keeps a text from being JSON; undefined when it is JSON, a template, or empty. */
export function jsonTrouble(text: string): JsonTrouble | undefined {
  if (text.trim() === '') return undefined;
  const line = lineOfError(text);
  if (line === undefined || TEMPLATE.test(text)) return undefined;
  return { line: line === 0 ? undefined : line, lenient: lineOfError(withoutComments(text)) === undefined };
}

/** Undefined for JSON; 0 where the reader does not say. */
function lineOfError(text: string): number | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    return position === undefined ? 0 : text.slice(0, Number(position)).split('\n').length;
  }
}

/** Takes comments and commas before a closing bracket away, outside of strings. */
function withoutComments(text: string): string {
  const strings = /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(strings, (_, string: string | undefined) => string ?? ' ').replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])/g, (_, string: string | undefined) => string ?? '');
}
