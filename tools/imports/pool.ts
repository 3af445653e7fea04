// Stores what repeats once: nodes get ids from their content, over all kinds and version lines of one API group.
import { createHash } from 'node:crypto';
import { mapChildren } from './node';
import type { NodeRef, SchemaNode } from './node';

/** Below this many characters a reference (an id of 7, quoted) saves too little to be worth the jump. */
const WORTH_SHARING = 28;

/** A pool of one group's nodes. Add all roots first, then `render`. */
export class Pool {
  private readonly digests = new Map<string, { node: SchemaNode; uses: number; children: string[] }>();
  private readonly byObject = new WeakMap<SchemaNode, string>();
  private readonly roots = new Set<string>();
  private readonly fixed: Record<string, SchemaNode> = {};

  /** Adds the definitions that contain themselves; others refer to them by id. */
  addRecursive(definitions: Readonly<Record<string, SchemaNode>>): void {
    for (const [id, node] of Object.entries(definitions)) {
      if (id in this.fixed) continue;
      this.fixed[id] = node;
      for (const child of this.visit(node).children) this.use(child);
    }
  }

  /** Adds a root schema; answers its content's sha256 (of the tree, in hexadecimal). */
  addRoot(node: SchemaNode): string {
    const digest = this.digest(node);
    if (!this.roots.has(digest)) {
      this.roots.add(digest);
      this.use(digest);
    }
    return digest;
  }

  /** The id of a root. */
  idOf(digest: string): string {
    return shortId(digest);
  }

  /** The shared nodes by id, sorted. */
  render(): Record<string, SchemaNode> {
    const out: Record<string, SchemaNode> = {};
    const claimed = new Map<string, string>();
    const rendered = new Map<string, NodeRef>();
    const emit = (digest: string): NodeRef => {
      const done = rendered.get(digest);
      if (done !== undefined) return done;
      const entry = this.digests.get(digest)!;
      const body = mapChildren(entry.node, (child) => (typeof child === 'string' ? child : emit(this.digest(child))));
      const root = this.roots.has(digest);
      let result: NodeRef = body;
      if (root || (entry.uses > 1 && JSON.stringify(body).length >= WORTH_SHARING)) {
        const id = shortId(digest);
        if (claimed.has(id) && claimed.get(id) !== digest) throw new Error(`two nodes share the id ${id}: lengthen ids`);
        claimed.set(id, digest);
        out[id] = body;
        result = id;
      }
      rendered.set(digest, result);
      return result;
    };
    for (const digest of this.roots) emit(digest);
    for (const [id, node] of Object.entries(this.fixed)) {
      out[id] = mapChildren(node, (child) => (typeof child === 'string' ? child : emit(this.digest(child))));
    }
    return Object.fromEntries(Object.keys(out).sort().map((id) => [id, out[id]!]));
  }

  // A node counts as used once per distinct parent: what only repeats inside one repeated parent is not shared twice.
  private use(digest: string): void {
    const entry = this.digests.get(digest)!;
    entry.uses++;
    if (entry.uses === 1) for (const child of entry.children) this.use(child);
  }

  private digest(node: SchemaNode): string {
    const known = this.byObject.get(node);
    if (known !== undefined) return known;
    const { children, text } = this.visit(node);
    const digest = createHash('sha256').update(text).digest('hex');
    if (!this.digests.has(digest)) this.digests.set(digest, { node, uses: 0, children });
    this.byObject.set(node, digest);
    return digest;
  }

  private visit(node: SchemaNode): { children: string[]; text: string } {
    const children: string[] = [];
    const body = mapChildren(node, (child) => {
      if (typeof child === 'string') return child;
      const digest = this.digest(child);
      children.push(digest);
      return `sha256:${digest}`;
    });
    return { children, text: JSON.stringify(body) };
  }
}

function shortId(digest: string): string {
  return Buffer.from(digest, 'hex').toString('base64url').slice(0, 7);
}
