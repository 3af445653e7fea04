// Where a construct was made in the user's program. Taken in netstack constructs only; what lies below inherits the nearest.
import type { IConstruct } from 'constructs';
import { callerLine } from './source';

const SOURCE = Symbol.for('cdk8s-netstack.source');

/** Remembers the user's line that made `construct`. Called once, in the constructor of each netstack construct. */
export function recordSource(construct: IConstruct): void {
  Object.defineProperty(construct, SOURCE, { value: callerLine(), enumerable: false, configurable: true });
}

/** `file:line` of the nearest netstack construct at or above `construct`, relative to the project. */
export function sourceOf(construct: IConstruct): string | undefined {
  for (let at: IConstruct | undefined = construct; at; at = at.node.scope) {
    const source = (at as { [SOURCE]?: string })[SOURCE];
    if (source !== undefined) return source;
  }
  return undefined;
}
