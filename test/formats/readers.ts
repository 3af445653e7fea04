// Small readers, written apart from the printers from the lexers' own rules, for parse-after-print tests. The real engines run in the conformance tests.

/** Words of one haproxy.cfg line (configuration manual 3.0, section 2.2), environment variables all set to `<env>`. */
export function haproxyWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quote === "'") {
      if (char === "'") quote = undefined;
      else word += char;
    } else if (char === '\\') {
      const next = line[++i];
      if (next === undefined) throw new Error('truncated');
      if (quote === '"' && !'\\"$'.includes(next)) word += '\\';
      word = (word ?? '') + next;
    } else if (char === '"') {
      quote = quote ? undefined : '"';
      word ??= '';
    } else if (quote === '"' && char === '$') {
      const name = /^\$\{?[A-Za-z0-9_]+\}?/.exec(line.slice(i))?.[0];
      if (name === undefined) throw new Error('bad variable');
      word += '<env>';
      i += name.length - 1;
    } else if (quote) {
      word += char;
    } else if (char === "'") {
      quote = "'";
      word ??= '';
    } else if (char === '#') {
      break;
    } else if (char === ' ' || char === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote) throw new Error('unclosed quote');
  return word === undefined ? words : [...words, word];
}

/** Tokens of a Corefile with their lines (coredns/caddy's lexer), environment references replaced by `<env>`. */
export function corefileTokens(text: string): { readonly line: number; readonly text: string }[] {
  const tokens: { line: number; text: string }[] = [];
  let line = 1;
  let i = 0;
  while (i < text.length) {
    if (/\s/.test(text[i])) {
      if (text[i] === '\n') line++;
      i++;
    } else if (text[i] === '#') {
      while (i < text.length && text[i] !== '\n') i++;
    } else if (text[i] === '"') {
      let value = '';
      const start = line;
      for (i++; text[i] !== '"'; i++) {
        if (i >= text.length) throw new Error('unclosed quote');
        if (text[i] === '\\') {
          i++;
          if (text[i] !== '"') value += '\\';
        }
        if (text[i] === '\n') line++;
        value += text[i];
      }
      i++;
      tokens.push({ line: start, text: value });
    } else {
      let value = '';
      for (; i < text.length && !/[\s#]/.test(text[i]); i++) value += text[i];
      tokens.push({ line, text: value });
    }
  }
  return tokens.map((token) => ({ ...token, text: token.text.replace(/\{\$[^}]*\}|\{%[^}]*%\}/g, '<env>') }));
}

/** The text of a TXT record's data: its character strings joined (RFC 1035 section 5.1). */
export function txtValue(data: string): string {
  const bytes: number[] = [];
  let rest = data.trim();
  while (rest !== '') {
    const string = /^"((?:[^"\\]|\\.)*)"\s*/s.exec(rest);
    if (!string) throw new Error(`not a character string: ${rest.slice(0, 20)}`);
    const before = bytes.length;
    for (const [token] of string[1].matchAll(/\\\d{3}|\\.|[^\\]/gs)) bytes.push(/^\\\d{3}$/.test(token) ? Number(token.slice(1)) : token.codePointAt(token.length - 1)!);
    if (bytes.length - before > 255) throw new Error('character string too long');
    rest = rest.slice(string[0].length);
  }
  return Buffer.from(bytes).toString('utf8');
}

/** What a Go template prints that has only string actions, `{{ "…" }}`; any other action is an error. */
export function templateOutput(template: string): string {
  let output = '';
  let rest = template;
  for (;;) {
    const start = rest.indexOf('{{');
    if (start < 0) return output + rest;
    output += rest.slice(0, start);
    const action = /^\{\{ ("(?:[^"\\]|\\.)*") \}\}/.exec(rest.slice(start));
    if (!action) throw new Error(`an action that is no string: ${rest.slice(start, start + 20)}`);
    output += JSON.parse(action[1]) as string;
    rest = rest.slice(start + action[0].length);
  }
}
