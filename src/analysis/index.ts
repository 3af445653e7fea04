// The door cdk8s-netstack/analysis: findings about documents, whoever wrote them. Knows no constructs.
export { acknowledge } from './acknowledge';
export type { FieldPath, KubernetesObject, ManifestDocument, Position } from './documents/document';
export type { LoadedDocuments, LoadOptions } from './documents/load';
export { loadDocuments, STDIN } from './documents/load';
export type { Acknowledgement } from './documents/model-file';
export type { ParsedText, ParseOptions } from './documents/parse';
export { parseText } from './documents/parse';
export { renderJson, reportSchema } from './report/json';
export type { Report, Summary } from './report/report';
export { summarize } from './report/report';
export type { TextOptions } from './report/text';
export { renderText } from './report/text';
export { SchemaStore } from './schema/store';
export type { ValidateOptions } from './validate';
export { validate } from './validate';
export type { Finding, FindingLocation, ObjectReference, Severity } from '../core/finding';
export type { Targets } from '../core/targets';
