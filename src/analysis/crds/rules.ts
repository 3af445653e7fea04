// Rules in CEL of the user's own definitions.
import { CelSyntaxError } from '../cel/ast';
import { compileExpression } from '../cel/compile';
import { fieldPathOf } from '../cel/field-path';
import { parse } from '../cel/parser';
import type { SchemaType } from '../cel/view';
import { SchemaTypes } from '../cel/view';
import type { Fields, Place } from '../native/place';
import { fields, given, list, text } from '../native/place';
import { checkChoice } from '../native/words';
import type { NodeOrId, SchemaNode } from '../schema/node';
import { wrongExpression } from './expressions';

const REASONS: readonly string[] = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const LINE_END = /[\n\r]/;
const resolve = (node: NodeOrId): SchemaNode => node as SchemaNode;

/** Where the rules of one schema stand. */
export interface RulesPlace {
  readonly kubernetes: number;
  readonly root: boolean;
  /** Old and new values cannot be told apart. */
  readonly uncorrelated: boolean;
}

/** Holds x-kubernetes-validations of one schema to what the API server asks of them. */
export function checkRules(schema: Fields, node: SchemaNode, at: Place, { kubernetes, root, uncorrelated }: RulesPlace): void {
  const rules = list(schema['x-kubernetes-validations']).map(fields);
  if (rules.length === 0) return;
  const types = new SchemaTypes(resolve);
  const self = root ? types.root(node) : types.of(node);
  rules.forEach((rule, i) => {
    const here = at.child('x-kubernetes-validations').child(i);
    const source = text(rule.rule).trim();
    const message = text(rule.message).trim();
    if (source === '') return here.child('rule').refuse(() => 'the rule is empty', 'write an expression');
    if (text(rule.message) !== '' && message === '') here.child('message').refuse(() => 'the message is blank', 'remove it');
    else if (LINE_END.test(message)) here.child('message').refuse(() => 'the message has several lines', 'write one line');
    else if (LINE_END.test(source) && message === '') here.child('message').refuse(() => 'a rule of several lines needs a message', 'write message');
    if (given(rule.reason)) checkChoice(text(rule.reason), REASONS, here.child('reason'), 'the reason');
    const path = text(rule.fieldPath);
    if (path !== '' && (path.trim() === '' || LINE_END.test(path) || fieldPathOf(path, node, resolve) === undefined)) {
      here.child('fieldPath').refuse((show) => `the path ${show(path)} leads to no field of the schema`, 'write a path such as .spec.name');
    }
    const typed: Typed = { self, old: rule.optionalOldSelf !== true, kubernetes };
    const program = compiled(text(rule.rule), typed, 'a boolean', here.child('rule'));
    if (program && program.usesOldSelf && uncorrelated) here.child('rule').refuse(() => 'oldSelf cannot be known here, below a list whose items have no identity', 'move the rule up, or make the list one of type map');
    if (program && !program.usesOldSelf && given(rule.optionalOldSelf)) here.child('optionalOldSelf').refuse(() => 'the rule does not use oldSelf', 'remove optionalOldSelf');
    const expression = text(rule.messageExpression);
    if (expression.trim() !== '') compiled(expression, typed, 'a string', here.child('messageExpression'));
    else if (expression !== '') here.child('messageExpression').refuse(() => 'the message expression is blank', 'remove it');
  });
}

interface Typed {
  readonly kubernetes: number;
  /** The type of the value, when expressions can see it. */
  readonly self: SchemaType | undefined;
  readonly old: boolean;
}

function compiled(source: string, { kubernetes, self, old }: Typed, wanted: 'a boolean' | 'a string', at: Place): ReturnType<typeof compileExpression> | undefined {
  const noun = wanted === 'a string' ? 'the message expression' : 'the rule';
  try {
    const program = compileExpression(source, kubernetes);
    const wrong = self && wrongExpression(parse(source), self, wanted, old);
    if (wrong !== undefined) at.refuse((show) => `${noun} ${show(source)} is wrong: ${wrong}`, 'mend the expression, or the schema');
    return program;
  } catch (error) {
    if (!(error instanceof CelSyntaxError)) throw error;
    at.refuse(() => `${noun} is no expression: ${error.message}`, 'write it in CEL: https://kubernetes.io/docs/reference/using-api/cel/');
    return undefined;
  }
}
