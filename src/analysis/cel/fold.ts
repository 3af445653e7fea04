// Macros over lists, maps and optional values. Source: cel-go parser/macro.go, ext/comprehensions.go, cel/library.go, ext/lists.go (sortBy).
import type { Expression } from './ast';
import { foldSince } from './environment';
import { sortBy } from './library/lists';
import { held } from './library/optionals';
import type { Evaluate, Frame, Scope } from './scope';
import type { CelValue } from './value';
import { CelFailure, CelList, CelMap, EntryMap, ItemList, noOverload, Optional } from './value';
import { ObjectView } from './view';

type FoldNode = Expression & { readonly kind: 'fold' };
type Compile = (node: Expression, scope: Scope) => Evaluate;

/** A rule that turns more often costs more than the API server allows (it counts several units a turn), and is refused there. */
const MOST_TURNS = 1_000_000;
let turns = 0;

/** To be called before each evaluation. */
export function resetTurns(): void {
  turns = 0;
}

function turn(): void {
  if (++turns > MOST_TURNS) throw new CelFailure('it costs more than the API server allows');
}

export function compileFold(node: FoldNode, scope: Scope, compile: Compile): Evaluate {
  const { fold, variables } = node;
  scope.require(foldSince(fold, variables.length), `.${fold}() with ${variables.length === 1 ? 'one variable' : 'two variables'}`);
  const range = compile(node.range, scope);
  const inner = scope.with(variables);
  const slots = variables.map((name) => inner.slot(name)!);
  const filter = node.filter && compile(node.filter, inner);
  const body = compile(node.body, inner);
  if (fold === 'optMap' || fold === 'optFlatMap') return optional(range, slots[0]!, body, fold === 'optMap');
  const walk = walker(range, slots);
  switch (fold) {
    case 'all': return quantifier(walk, body, false);
    case 'exists': return quantifier(walk, body, true);
    case 'existsOne': return counter(walk, body);
    case 'filter': return collector(walk, (frame, first, kept) => {
      if (test(body(frame))) kept.push(first);
    });
    case 'map':
    case 'transformList': return collector(walk, (frame, _, made) => {
      if (filter === undefined || test(filter(frame))) made.push(body(frame));
    });
    case 'transformMap': return (frame) => {
      const made = new EntryMap();
      walk(frame, (_, first) => {
        if (filter === undefined || test(filter(frame))) made.add(first, body(frame));
        return true;
      });
      return made;
    };
    case 'transformMapEntry': return (frame) => {
      const made = new EntryMap();
      walk(frame, () => {
        if (filter !== undefined && !test(filter(frame))) return true;
        const entry = body(frame);
        if (!(entry instanceof CelMap)) throw noOverload('transformMapEntry', entry);
        for (const key of entry.keys()) made.add(key, entry.get(key)!);
        return true;
      });
      return made;
    };
    case 'sortBy': return (frame) => {
      const items: CelValue[] = [];
      const keys: CelValue[] = [];
      walk(frame, (_, first) => {
        items.push(first);
        keys.push(body(frame));
        return true;
      });
      return sortBy(items, keys);
    };
  }
}

type Visit = (frame: Frame, first: CelValue) => boolean;

/** Binds the variables turn by turn: item, or index and item, or key, or key and value. Stops when the visit says false. */
function walker(range: Evaluate, slots: readonly number[]): (frame: Frame, visit: Visit) => void {
  const [first, second] = slots as [number, number | undefined];
  return (frame, visit) => {
    const value = range(frame);
    if (value instanceof CelList) {
      const { size } = value;
      for (let i = 0; i < size; i++) {
        turn();
        const item = value.at(i);
        frame[first] = second === undefined ? item : i;
        if (second !== undefined) frame[second] = item;
        if (!visit(frame, frame[first]!)) return;
      }
    } else if (value instanceof CelMap && !(value instanceof ObjectView)) {
      for (const key of value.keys()) {
        turn();
        frame[first] = key;
        if (second !== undefined) frame[second] = value.get(key)!;
        if (!visit(frame, key)) return;
      }
    } else throw noOverload('a quantifier', value);
  };
}

function test(value: CelValue): boolean {
  if (typeof value !== 'boolean') throw noOverload('a condition', value);
  return value;
}

// The most frequent folds make no closures when they are evaluated: what a turn changes stands beside its closure. A fold is never inside itself.

/** `all` and `exists`: one deciding item wins over failures at others. */
function quantifier(walk: ReturnType<typeof walker>, body: Evaluate, decides: boolean): Evaluate {
  let failure: CelFailure | undefined;
  let decided = false;
  const visit: Visit = (frame) => {
    try {
      decided = test(body(frame)) === decides;
    } catch (error) {
      if (!(error instanceof CelFailure) || turns > MOST_TURNS) throw error;
      failure ??= error;
    }
    return !decided;
  };
  return (frame) => {
    failure = undefined;
    decided = false;
    walk(frame, visit);
    if (decided) return decides;
    if (failure !== undefined) throw failure;
    return !decides;
  };
}

function counter(walk: ReturnType<typeof walker>, body: Evaluate): Evaluate {
  let count = 0;
  const visit: Visit = (frame) => {
    if (test(body(frame))) count++;
    return true;
  };
  return (frame) => {
    count = 0;
    walk(frame, visit);
    return count === 1;
  };
}

function collector(walk: ReturnType<typeof walker>, collect: (frame: Frame, first: CelValue, into: CelValue[]) => void): Evaluate {
  let collected: CelValue[] = [];
  const visit: Visit = (frame, first) => {
    collect(frame, first, collected);
    return true;
  };
  return (frame) => {
    collected = [];
    walk(frame, visit);
    return new ItemList(collected);
  };
}

function optional(range: Evaluate, slot: number, body: Evaluate, wraps: boolean): Evaluate {
  return (frame) => {
    const value = range(frame);
    if (!(value instanceof Optional)) throw noOverload('optMap', value);
    if (value.value === undefined) return Optional.NONE;
    frame[slot] = held(value);
    const result = body(frame);
    if (wraps) return new Optional(result);
    if (!(result instanceof Optional)) throw noOverload('optFlatMap', result);
    return result;
  };
}

