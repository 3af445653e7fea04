// Terraform's JSON syntax beside the manifests: what the edge and the tailnet are made of.
import type { TerraformDocument } from '../input';
import { makeLocator } from './positions';

/** Terraform's own ending of JSON files. */
export function isTerraformName(file: string): boolean {
  return file.endsWith('.tf.json');
}

/** Whether a JSON value looks like Terraform's: blocks of resources, or of settings of Terraform itself, and nothing that makes it an object of Kubernetes. */
export function looksLikeTerraform(root: unknown): root is Record<string, unknown> {
  if (!isRecord(root) || 'apiVersion' in root || 'kind' in root) return false;
  const { resource, terraform, provider } = root;
  return (isRecord(resource) && Object.values(resource).every(isRecord)) || (isRecord(terraform) && isRecord(provider));
}

/** The document of a file's content. */
export function terraformDocument(
  content: Readonly<Record<string, unknown>>, text: string, file?: string, { constructPath, source }: Pick<TerraformDocument, 'constructPath' | 'source'> = {},
): TerraformDocument {
  return {
    content, ...(file === undefined ? {} : { file }), locate: makeLocator(text, 1),
    ...(constructPath === undefined ? {} : { constructPath }), ...(source === undefined ? {} : { source }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
