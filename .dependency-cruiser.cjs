// Who may import whom (architecture, section 2). A new arrow is a design decision: change it here and say so in the commit.
const LAYERS = ['edge', 'gateway', 'proxy', 'mesh', 'cni', 'dns', 'vpn', 'host', 'observe', 'deliver'];
const SRC = process.env.NETSTACK_ROOMS_ROOT ?? 'src';

/** `room` may reach only itself, the rooms named, and packages. */
const only = (room, ...allowed) => ({
  name: `${room}-reaches-only`,
  comment: `src/${room} may import ${[room, ...allowed].join(', ')} and nothing else of ours.`,
  severity: 'error',
  from: { path: `^${SRC}/${room}/` },
  to: { path: `^(${SRC}/(?!(${[room, ...allowed].join('|')})/)|imports/)`, pathNot: [`^${SRC}/index\\.ts$`] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: 'An import cycle means two files are one, or one idea lies in the wrong file.', severity: 'error', from: {}, to: { circular: true } },
    only('core'),
    only('app', 'core'),
    only('formats', 'core'),
    { ...only('workload', 'core', 'app'), to: { path: `^${SRC}/(?!(workload|core|app)/)` } },
    ...LAYERS.map((layer) => ({
      ...only(layer, 'core', 'app', 'workload', 'formats'),
      comment: 'A layer never imports another layer: what two layers share is a word of core, of app, or a language of formats.',
      to: { path: `^${SRC}/(?!(${[layer, 'core', 'app', 'workload', 'formats'].join('|')})/)` },
    })),
    only('analysis', 'core', 'formats'),
    only('view', 'analysis', 'core', 'formats'),
    // The plugin of cdk8s-cli is a door like testing and cli, and knows no constructs.
    only('plugin', 'analysis', 'core'),
    only('testing', 'analysis', 'core', 'formats', 'app'),
    only('cli', 'analysis', 'core', 'formats', 'app', 'view'),
    {
      name: 'imports-are-types', comment: 'Layers use imports/ as types only; they emit NetworkObject.', severity: 'error',
      from: { path: `^${SRC}/` }, to: { path: '^imports/.*\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'imports-know-app-only', comment: 'The classes of imports/ extend NetworkObject.', severity: 'error',
      from: { path: '^imports/' }, to: { path: `^${SRC}/`, pathNot: `^${SRC}/(app|core)/` },
    },
    {
      name: 'nobody-imports-the-door', comment: 'The root door is for users.', severity: 'error',
      from: { path: `^${SRC}/` }, to: { path: `^${SRC}/index\\.ts$` },
    },
    {
      name: 'cdktf-in-one-file', comment: 'CDKTF is archived: its names stand in one file, so that a successor is a change of one file.', severity: 'error',
      from: { path: `^${SRC}/`, pathNot: `^${SRC}/(edge/terraform|app/terraform)/bindings\\.ts$` }, to: { path: 'node_modules/(cdktf|@cdktf)/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' }, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] } },
};
