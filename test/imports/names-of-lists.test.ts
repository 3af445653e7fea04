// 22 definitions name no listKind; nothing is made from it.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSchemas } from '../../tools/imports/schemas';

const INPUT = join(__dirname, '..', 'fixtures', 'imports', 'input');

test('a definition without listKind gives the same schemas', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netstack-imports-'));
  try {
    cpSync(INPUT, folder, { recursive: true });
    const file = join(folder, 'crds/widgets/1.0.0/httpwidgets.example.com.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(' listKind: HTTPWidgetList,');
    writeFileSync(file, text.replace(' listKind: HTTPWidgetList,', ''));
    const schemas = (of: string): Array<[string, string]> => [...generateSchemas(of)].filter(([name]) => !name.endsWith('crds.lock.json'));
    expect(schemas(folder).length).toBeGreaterThan(1);
    expect(schemas(folder)).toEqual(schemas(INPUT));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
