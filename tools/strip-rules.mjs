// A rule says much of itself that only people read: fixtures, reasons, sources. Every validation that wakes the rule would compile all of it. In the build it stands in one
// file beside the rules, which is loaded when something of it is asked; the rule files of the source keep it, and the rules look the same from outside.
import ts from 'typescript';

const MOVED = ['sees', 'why', 'covers', 'docs', 'failing', 'passing'];
const ABOUT = 'rules/about.js';
const SAID = 'rules/said.js';

/** Takes the texts out of the rules among some modules, and adds the module that has them. */
export function stripRules(modules) {
  const about = [];
  for (const [file, text] of modules) {
    const id = /^rules\/(NS\d{4})\.js$/.exec(file)?.[1];
    if (id === undefined) continue;
    const { rule, moved } = split(text, id);
    modules.set(file, rule);
    about.push(`  ${id}: () => {\n${moved}\n  },`);
  }
  modules.set(ABOUT, `"use strict";
// What rules say of themselves, each read when it is asked.
Object.defineProperty(exports, "__esModule", { value: true });
const RULES = {
${about.join('\n')}
};
const read = new Map();
exports.about = (id) => read.get(id) ?? read.set(id, RULES[id]()).get(id);
`);
  modules.set(SAID, `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.said = (id, parts, rule) => {
  for (const part of parts.split(" ")) Object.defineProperty(rule, part, { enumerable: true, configurable: true, get: () => require("./about").about(id)[part] });
  return rule;
};
`);
}

/** The two halves of a rule file: what the catalogue runs, and the body of a function that returns the rest. */
function split(text, id) {
  const source = ts.createSourceFile('rule.js', text, ts.ScriptTarget.ES2022, true);
  const statement = source.statements.find((one) => /^exports\.rule = \{/.test(one.getText()));
  const properties = statement.expression.right.properties;
  const moved = properties.filter(({ name }) => MOVED.includes(name.text));
  const cut = new Set(moved);
  const kept = [...statement.expression.right.properties].filter((property) => !cut.has(property));

  const declared = source.statements.filter((one) => one !== statement && names(one).length > 0);
  const others = source.statements.filter((one) => one !== statement && names(one).length === 0);
  const needed = reach([...kept, ...others], declared);
  const neededAbout = reach(moved, declared);

  const edits = [];
  for (const one of declared) if (neededAbout.has(one) && !needed.has(one)) edits.push([one.getFullStart(), one.end, '']);
  for (const property of moved) edits.push([property.getFullStart(), property.end + (text[property.end] === ',' ? 1 : 0), '']);
  const { right } = statement.expression;
  edits.push([right.getStart(), right.getStart(), `said_1.said("${id}", "${moved.map(({ name }) => name.text).join(' ')}", `], [right.end, right.end, ')']);
  let rule = text;
  for (const [from, to, by] of edits.sort(([a], [b]) => b - a)) rule = rule.slice(0, from) + by + rule.slice(to);
  rule = rule.replace('exports.rule = void 0;', 'exports.rule = void 0;\nconst said_1 = require("./said");');
  const body = [...declared.filter((one) => neededAbout.has(one)).map((one) => one.getText()), `return {\n${moved.map((property) => property.getText()).join(',\n')}\n};`];
  return { rule, moved: body.join('\n') };
}

/** Names that a statement of the file declares. */
function names(statement) {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations
      .flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (element.name ? [element.name.text] : []))));
  }
  return (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name ? [statement.name.text] : [];
}

/** Declarations that nodes need, by the names in them. A name that only looks like it keeps too much, never too little. */
function reach(nodes, declared) {
  const byName = new Map(declared.flatMap((one) => names(one).map((name) => [name, one])));
  const found = new Set();
  const visit = (node) => {
    if (ts.isIdentifier(node)) {
      const one = byName.get(node.text);
      if (one && !found.has(one)) {
        found.add(one);
        visit(one);
      }
    }
    ts.forEachChild(node, visit);
  };
  nodes.forEach(visit);
  return found;
}
