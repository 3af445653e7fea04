// From what a project wants to how one run is made; the same for every door.
import { NetstackError } from '../../core/errors';
import type { Finding } from '../../core/finding';
import type { CheckOptions } from '../check';
import { isDefinition } from '../crds/definition';
import { loadDocuments } from '../documents/load';
import type { ProjectSettings } from './project';

export interface RunOptions {
  readonly options: CheckOptions;
  /** What of the project's own definitions could not be read. */
  readonly findings: readonly Finding[];
}

/** @throws NetstackError for definitions that are not there */
export function runOptions({ targets, profile, open, rules, crds = [] }: ProjectSettings): RunOptions {
  const definitions = crds.length === 0 ? { documents: [], findings: [] } : loadDocuments(crds);
  if (crds.length > 0 && definitions.findings.length === 0 && !definitions.documents.some(({ object }) => isDefinition(object))) {
    throw new NetstackError({ what: `No custom resource definition in ${crds.join(', ')}`, fix: 'give files or folders of definitions' });
  }
  return {
    findings: definitions.findings,
    options: {
      ...(targets === undefined ? {} : { overrideTargets: targets }), ...(profile === undefined ? {} : { profile }), ...(open === undefined ? {} : { open }),
      ...(rules === undefined ? {} : { settings: rules }), ...(definitions.documents.length === 0 ? {} : { definitions: definitions.documents }),
    },
  };
}
