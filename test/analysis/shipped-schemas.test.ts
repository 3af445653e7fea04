// Every schema that is shipped can be compiled, and its patterns run.
import { Compiler } from '../../src/analysis/schema/compile';
import type { NodeOrId, SchemaGroup, SchemaNode } from '../../src/analysis/schema/node';
import { QUIET } from '../../src/analysis/schema/problem';
import { SchemaStore } from '../../src/analysis/schema/store';
import { compilePattern } from '../../src/analysis/schema/values';
import { parseLine } from '../../src/analysis/targets/lines';
import { KNOWN_LINES, resolveTargets, systemName } from '../../src/core/targets';
import type { System } from '../../src/core/targets';

const store = SchemaStore.shipped();
const groups = Object.keys(store.index.groups);

function childrenOf(node: SchemaNode): NodeOrId[] {
  return [
    ...Object.values(node.properties ?? {}),
    ...(node.items === undefined ? [] : [node.items]),
    ...(typeof node.additionalProperties === 'object' || typeof node.additionalProperties === 'string' ? [node.additionalProperties] : []),
    ...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.allOf ?? []), ...(node.not === undefined ? [] : [node.not]),
  ];
}

function everyNode(group: SchemaGroup): SchemaNode[] {
  const all: SchemaNode[] = [];
  const walk = (node: SchemaNode): void => {
    all.push(node);
    for (const child of childrenOf(node)) if (typeof child === 'object') walk(child);
  };
  Object.values(group.nodes).forEach(walk);
  return all;
}

test.each(groups)('every node of %s compiles and answers', (name) => {
  const group = store.group(name);
  const resolve = (node: NodeOrId): SchemaNode => (typeof node === 'string' ? group.nodes[node]! : node);
  const compiler = new Compiler({ resolve, native: false });
  const broken = everyNode(group).filter((node) => {
    const check = compiler.build(node, 'structure');
    const answers = ['', 'text', 0, 1.5, true, [], ['a'], {}, { a: 1 }, null].every((value) => typeof check(value, QUIET) === 'boolean');
    const runs = node.pattern === undefined || node.re2 === true || compilePattern(node.pattern) !== undefined;
    return !answers || !runs || childrenOf(node).some((child) => resolve(child) === undefined);
  });
  expect(broken).toEqual([]);
});

test('every kind and version of every line has its schema, and is found for targets that name the line', () => {
  let kinds = 0;
  for (const [label, { kinds: byKind }] of Object.entries(store.index.groups)) {
    const group = label === 'core' ? '' : label;
    for (const [kind, { versions }] of Object.entries(byKind)) {
      for (const [version, { lines, unserved = [] }] of Object.entries(versions)) {
        for (const line of [...lines, ...unserved]) if (store.at(group, version, kind, line)?.root === undefined) throw new Error(`${group}/${version} ${kind} of ${line}`);
        for (const line of lines) {
          const { system, version: release, channel } = parseLine(line);
          const targets = resolveTargets({ [system]: channel === undefined ? release : { version: release, channel } });
          if (store.find(group, version, kind, targets)?.line !== line) throw new Error(`${group}/${version} ${kind} of ${line}`);
          kinds++;
        }
      }
    }
  }
  expect(kinds).toBeGreaterThan(500);
});

test('the lines of the schemas are the lines that targets know', () => {
  const known = Object.fromEntries((Object.keys(KNOWN_LINES) as System[]).map((system) => [systemName(system), KNOWN_LINES[system]]));
  const shipped = Object.fromEntries(Object.entries(store.index.lines).map(([system, lines]) => [system, [...new Set(lines.map((line) => line.split('/')[0]!))]]));
  expect(shipped).toEqual(known);
});

test('targets choose the schema: channel and version', () => {
  const retry = (targets: Parameters<typeof resolveTargets>[0]): [string, boolean] => {
    const found = store.find('gateway.networking.k8s.io', 'v1', 'HTTPRoute', resolveTargets(targets))!;
    const rules = found.node(found.node(found.node(found.root.properties!.spec!).properties!.rules!).items!);
    return [found.line, rules.properties!.retry !== undefined];
  };
  expect(retry({})).toEqual(['gateway-api@1.6.1/standard', false]);
  expect(retry({ gatewayApi: { version: '1.2', channel: 'experimental' } })).toEqual(['gateway-api@1.2.1/experimental', true]);
});

test('what the target does not serve is not found', () => {
  expect(store.find('cilium.io', 'v2alpha1', 'CiliumBGPPeeringPolicy', resolveTargets())).toBeUndefined();
  expect(store.find('cilium.io', 'v2alpha1', 'CiliumBGPPeeringPolicy', resolveTargets({ cilium: '1.17' }))).toMatchObject({ line: 'cilium@1.17.2', targeted: true });
  expect(store.find('core', 'v1', 'Pod', resolveTargets())).toBeUndefined();
});

test('each release of Calico takes both of its groups, although the lines have one each', () => {
  expect(store.find('projectcalico.org', 'v3', 'NetworkPolicy', resolveTargets({ calico: '3.29' }))).toMatchObject({ line: 'calico@3.32.1', targeted: false });
  expect(store.find('crd.projectcalico.org', 'v1', 'IPPool', resolveTargets())).toMatchObject({ line: 'calico@3.29.1', targeted: false });
  expect(store.find('projectcalico.org', 'v3', 'NetworkPolicy', resolveTargets())).toMatchObject({ line: 'calico@3.32.1', targeted: true });
});
