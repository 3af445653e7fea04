// A few lines of YAML with anchors can stand for more nodes than fit into any memory, or contain themselves. The reader shares aliased nodes, so reading them is cheap
// and walking them is not: both are found here, before anything walks.

/** Kubernetes' converter refuses "excessive aliasing" as well; its bound depends on the document's size. */
const MOST_NODES = 2_000_000;

/** Says what is wrong with an aliased document, or nothing. */
export function findAliasTrouble(root: unknown): string | undefined {
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
    return measure(root) > MOST_NODES ? `its aliases stand for more than ${MOST_NODES} nodes` : undefined;
  } catch (error) {
    if (error instanceof Cycle) return 'an anchor contains itself';
    throw error;
  }
}

class Cycle extends Error {}
