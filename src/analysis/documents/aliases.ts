// A few lines of YAML with anchors can stand for more nodes than fit into any memory, or contain themselves. The reader shares aliased nodes, so reading them is cheap
// and walking them is not: both are found here, before anything walks.
import type * as Yaml from 'yaml';

/** Kubernetes' converter refuses "excessive aliasing" as well; its bound depends on the document's size. */
const MOST_NODES = 2_000_000;

const CYCLE = 'an anchor contains itself';

/**
 * Says what is wrong with an aliased document, or nothing.
 *
 * @param root - what the reader made of it
 * @param text - what it was read from
 */
export function findAliasTrouble(root: unknown, text: string): string | undefined {
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  const measure = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (open.has(value)) throw new Cycle();
    open.add(value);
    let size = 1;
    for (const child of Object.values(value)) size = Math.min(size + measure(child), Number.MAX_SAFE_INTEGER);
    open.delete(value);
    sizes.set(value, size);
    return size;
  };
  try {
    if (measure(root) > MOST_NODES) return `its aliases stand for more than ${MOST_NODES} nodes`;
  } catch (error) {
    if (error instanceof Cycle) return CYCLE;
    throw error;
  }
  return /<<["']?[ \t]*:/.test(text) && mergesItself(text) ? CYCLE : undefined;
}

/** A mapping that is merged into itself leaves no trace in what the reader makes of it, and Kubernetes refuses it. */
function mergesItself(text: string): boolean {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const yaml = require('yaml') as typeof Yaml;
  const anchors = new Map<string, unknown>();
  let found = false;
  yaml.visit(yaml.parseDocument(text, { version: '1.1', merge: true, uniqueKeys: false, strict: false, logLevel: 'silent' }), (_key, node, path) => {
    if (yaml.isAlias(node)) found ||= path.includes(anchors.get(node.source) as Yaml.Node);
    else if (yaml.isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    return found ? yaml.visit.BREAK : undefined;
  });
  return found;
}

class Cycle extends Error {}
