// References between the objects of a cluster, for rules and for what asks who refers to whom.
export { beside } from './beside';
export { INSTALLED } from './built-in';
export type { HostView } from './hosts';
export { resolveHost } from './hosts';
export type { Link } from './link';
export type { References } from './links';
export { isClusterScoped, kindName, references } from './links';
export type { FieldReference } from './reference';
export { misspelt, missingWords, nearName } from './words';
export type { MissingPart } from './parts';
