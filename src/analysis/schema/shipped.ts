// The files of imports/schemas: the index is read once, a group when the first of its kinds is asked for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NetstackError } from '../../core/errors';
import type { SchemaGroup, SchemaIndex } from './node';

/** The schemas of a folder. */
export class ShippedSchemas {
  private readonly directory: string;
  private loadedIndex: SchemaIndex | undefined;
  private readonly groups: Map<string, SchemaGroup> = new Map();

  constructor(directory: string) {
    this.directory = directory;
  }

  get index(): SchemaIndex {
    return (this.loadedIndex ??= this.read<SchemaIndex>('index.json'));
  }

  group(name: string): SchemaGroup {
    let loaded = this.groups.get(name);
    if (!loaded) {
      loaded = this.read<SchemaGroup>(this.index.groups[name]!.file);
      this.groups.set(name, loaded);
    }
    return loaded;
  }

  private read<T extends { readonly format: number }>(file: string): T {
    let content: T;
    try {
      content = JSON.parse(readFileSync(join(this.directory, file), 'utf8')) as T;
    } catch (error) {
      throw new NetstackError({ what: `The schema file ${file} cannot be read: ${(error as Error).message}`, fix: 'install cdk8s-netstack again' });
    }
    if (content.format !== 1) {
      throw new NetstackError({ what: `The schema file ${file} has format ${content.format}, and this version reads format 1`, fix: 'install cdk8s-netstack again' });
    }
    return content;
  }
}
