// The types against the schemas: a minimal and a full object of every kind must compile, and so must the samples and what is marked as an error in types.ts.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { parse, readCommitted } from '../../tools/imports/committed';
import { className } from '../../tools/imports/names';
import { Shapes } from '../../tools/imports/shape';
import { typeLine } from '../../tools/imports/typescript';
import { sample } from './sample';

const ROOT = path.join(__dirname, '..', '..');

test('minimal and full objects of all kinds compile, and so do the samples and expected errors', () => {
  const { file, count } = writeObjects();
  expect(count).toBeGreaterThan(650);
  const program = ts.createProgram([file, path.join(__dirname, 'types.ts')], {
    strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16,
    lib: ['lib.es2022.d.ts'], types: ['node'], typeRoots: [path.join(ROOT, 'node_modules', '@types')],
  });
  const ours = program.getSourceFiles().filter((source) => source.fileName === file || source.fileName.endsWith('/test/imports/types.ts') || source.fileName.includes('/imports/'));
  const messages = ours.flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]).map((diagnostic) => {
    const at = diagnostic.file!.getLineAndCharacterOfPosition(diagnostic.start!);
    return `${path.basename(diagnostic.file!.fileName)}:${at.line + 1} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n').slice(0, 400)}`;
  });
  expect(messages).toEqual([]);
}, 120_000);

function writeObjects(): { file: string; count: number } {
  const schemas = parse(readCommitted());
  const folder = path.join(ROOT, '.cache', 'imports');
  const imports: string[] = [];
  const objects: string[] = [];
  for (const [label, group] of schemas.groups) {
    const shapes = new Shapes(group.nodes);
    for (const [kind, { versions }] of Object.entries(schemas.index.groups[label]!.kinds)) {
      for (const [version, { lines }] of Object.entries(versions)) {
        if (lines.length === 0) continue;
        const line = typeLine(lines);
        const type = `${className(kind, line.startsWith('kubernetes@'), version)}Document`;
        const alias = `T${imports.length}`;
        imports.push(`import type { ${type} as ${alias} } from '../../imports/${label}/${version}';`);
        for (const mode of ['minimal', 'full'] as const) {
          const { status: _, ...body } = sample(group.kinds[kind]![version]![line]!.schema, group.nodes, shapes, mode);
          const apiVersion = group.group ? `${group.group}/${version}` : version;
          objects.push(`export const o${objects.length}: ${alias} = ${JSON.stringify({ apiVersion, kind, ...body })};`);
        }
      }
    }
  }
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'objects.ts');
  fs.writeFileSync(file, `${[...imports, ...objects].join('\n')}\n`);
  return { file, count: objects.length };
}
