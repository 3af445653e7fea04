// Scalars of a rule file: three languages nested in one another, PromQL and Go templates within YAML.
import { shorten } from '../../core/errors';
import { refuse } from '../refuse';
import type { NameRule } from '../text';
import { checkedName, checkedText } from '../text';
import type { Expression, TemplateText } from './model';

export const METRIC_NAME: NameRule = { noun: 'metric name', pattern: /^[a-zA-Z_:][a-zA-Z0-9_:]*$/, allowed: 'letters, digits, _ and :', maxLength: 255 };
const LABEL_NAME: NameRule = { noun: 'label name', pattern: /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, allowed: 'letters, digits and _, without __ in front', maxLength: 255 };
export const RULE_NAME: NameRule = { noun: 'name of an alert or a group', pattern: /^[A-Za-z][A-Za-z0-9_.:/ -]*$/, allowed: 'letters, digits, spaces and _ . : / -', maxLength: 255 };

export function labelName(value: string, where: string): string {
  return checkedName(value, where, LABEL_NAME);
}

/** A text that has passed the gate, as a YAML scalar: in single quotes, where only the quote itself is doubled. */
export function yamlText(value: string): string {
  return `'${value.replace(/'/g, "''")}'`;
}

/** A label name as a YAML key: the few that YAML 1.1 reads as truth values or as nothing are quoted. */
export function yamlKey(name: string): string {
  return /^(y|n|yes|no|on|off|true|false|null)$/i.test(name) ? yamlText(name) : name;
}

/** A user's text as a PromQL string literal, quotes included. */
export function promqlString(value: string): string {
  return `"${checkedText(value, 'PromQL string', { empty: true }).replace(/[\\"]/g, '\\$&')}"`;
}

/** A user's text as a PromQL regular expression that matches exactly this text, quotes included. */
export function promqlRegex(value: string): string {
  return promqlString(checkedText(value, 'PromQL regular expression', { empty: true }).replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'));
}

/** A text with template actions, as the Go template that yields it: `{{` in a user's text becomes an action that prints it. */
export function templateText(text: TemplateText, where: string): string {
  const parts = typeof text === 'string' ? [text] : text;
  // Two literals are one, so that a `{` at the end of the first and one at the start of the second are seen together.
  const merged: (string | { readonly template: string })[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  return merged.map((part, i) => (typeof part === 'string' ? literal(checkedText(part, where), typeof merged[i + 1] === 'object') : action(part.template, where))).join('');
}

function literal(text: string, beforeAction: boolean): string {
  const escaped = text.replace(/\{\{+/g, (braces) => `{{ "${braces}" }}`);
  // A single brace right before an action would be read as part of it.
  return beforeAction && escaped.endsWith('{') ? `${escaped.slice(0, -1)}{{ "{" }}` : escaped;
}

function action(template: string, where: string): string {
  const text = checkedText(template, where).trim();
  if (text === '' || /\{\{|\}\}|`/.test(text) || text.startsWith('-') || text.endsWith('-')) {
    refuse(where, `${shorten(template)} is no template action`, 'write what stands between the braces, such as $labels.job or $value | humanizePercentage');
  }
  return `{{ ${text} }}`;
}

/** The lines of an expression, with brackets and strings held against each other: the engine's own message would come without the place in the program. */
export function expressionLines(expr: Expression, where: string): readonly string[] {
  const lines = (typeof expr === 'string' ? [expr] : expr).map((line) => checkedText(line, where));
  if (lines.length === 0) refuse(where, 'The expression is empty', 'give it at least one line');
  if (/^\s/.test(lines[0])) refuse(where, 'The expression begins with a space', 'remove it');
  checkBalance(lines.join('\n'), where);
  return lines;
}

const CLOSING: { readonly [open: string]: string } = { '(': ')', '[': ']', '{': '}' };

function checkBalance(text: string, where: string): void {
  const open: string[] = [];
  // String literals first, so that brackets and # within them do not count; then comments.
  const tokens = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`|#[^\n]*|["'`()[\]{}]/g;
  for (const [token] of text.matchAll(tokens)) {
    if (token.length > 1) continue;
    if (/["'`]/.test(token)) refuse(where, `A string of the expression ${shorten(text)} is not closed`, 'close it with the quote that opens it');
    if (token in CLOSING) open.push(CLOSING[token]);
    else if (/[)\]}]/.test(token) && open.pop() !== token) refuse(where, `The expression ${shorten(text)} closes a bracket that is not open`, 'check its brackets');
  }
  if (open.length > 0) refuse(where, `The expression ${shorten(text)} lacks ${open.at(-1)}`, 'check its brackets');
}
