// Defaults of the user's own definitions: each must be what its own schema allows.
import type { Place } from '../native/place';
import { given } from '../native/place';
import { Compiler } from '../schema/compile';
import type { NodeOrId, SchemaNode } from '../schema/node';
import type { CheckContext } from '../schema/problem';
import { QUIET } from '../schema/problem';
import { shorten } from '../../core/errors';

// Nodes of a definition are written out: there are no ids to follow.
const resolve = (node: NodeOrId): SchemaNode => node as SchemaNode;

/** Refuses a default that its own schema would refuse. */
export function checkDefault(value: unknown, node: SchemaNode, at: Place): void {
  if (!given(value)) return;
  const compiler = new Compiler({ resolve, native: false });
  const filled = compiler.normalize(value, node);
  if (compiler.build(node, 'structure')(filled, QUIET)) return;
  const context: CheckContext = { report: true, path: [], problems: [], show: shorten };
  compiler.build(node, 'structure')(filled, context);
  const first = context.problems[0];
  if (first) at.refuse(() => `the default is not what its own schema allows: ${first.message}`, first.fix ?? 'give another default');
}
