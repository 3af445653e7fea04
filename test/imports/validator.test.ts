// The validator of the product and the tests' own reading of schemas must agree about the generated objects: two readings of one contract.
import { SchemaStore } from '../../src/analysis/schema/store';
import { ObjectValidator } from '../../src/analysis/schema/validator';
import { resolveTargets } from '../../src/core/targets';
import { parse, readCommitted } from '../../tools/imports/committed';
import { Shapes } from '../../tools/imports/shape';
import { sample } from './sample';

test.each(['standard', 'experimental'] as const)('the validator accepts a minimal and a full object of every kind (%s channel)', (channel) => {
  const schemas = parse(readCommitted());
  const validator = new ObjectValidator(SchemaStore.shipped(), resolveTargets({ gatewayApi: { channel } }));
  const found: unknown[] = [];
  let checked = 0;
  for (const [label, group] of schemas.groups) {
    const shapes = new Shapes(group.nodes);
    for (const [kind, { scope, versions }] of Object.entries(schemas.index.groups[label]!.kinds)) {
      for (const [version, { lines }] of Object.entries(versions)) {
        if (lines.length === 0) continue;
        const apiVersion = group.group ? `${group.group}/${version}` : version;
        const checks = validator.checksOf(apiVersion, kind)!;
        for (const mode of ['minimal', 'full'] as const) {
          const body = sample(group.kinds[kind]![version]![checks.schema.line]!.schema, group.nodes, shapes, mode);
          const metadata = { name: 'a', ...(scope === 'Namespaced' ? { namespace: 'ns' } : {}) };
          for (const { path, message } of validator.problems({ apiVersion, kind, metadata, ...body }, checks)) found.push([apiVersion, kind, mode, path, message]);
          checked++;
        }
      }
    }
  }
  expect(found).toEqual([]);
  expect(checked).toBe(660);
});
