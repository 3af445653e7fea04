// netstack.yaml: what a project wants of every door, beside cdk8s.yaml. Strict: a misspelt setting must not become a missing rule.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import yaml from 'js-yaml';
import { NetstackError, shorten } from '../../core/errors';
import type { Severity } from '../../core/finding';
import type { Targets } from '../../core/targets';
import { suggest } from '../schema/suggest';
import { targetsOfConfig } from '../targets/read';
import type { RuleSettings } from './rule-settings';
import { readRuleSettings } from './rule-settings';

/** Name of the file. */
export const PROJECT_FILE = 'netstack.yaml';

/** The settings of a project. */
export interface ProjectSettings {
  /** Files and folders to validate. @default - the output folder of cdk8s.yaml */
  readonly paths?: readonly string[];
  /** Versions of engines; they win over those of the model file. */
  readonly targets?: Targets;
  readonly profile?: 'production';
  /** The documents are not the whole of their clusters. */
  readonly open?: boolean;
  /** Folders of custom resource definitions of the project's own. */
  readonly crds?: readonly string[];
  readonly rules?: RuleSettings;
  readonly failOn?: Severity | 'never';
  readonly minSeverity?: Severity;
  readonly maxFindings?: number;
  /** Findings that were there when the project adopted the validation. */
  readonly baseline?: string;
}

type Reader = (value: unknown, name: string, where: string) => unknown;

const READERS: Readonly<Record<keyof ProjectSettings, Reader>> = {
  paths: (value, name, where) => {
    const list = texts(value, name, where);
    if (list.length === 0) throw wrong(name, value, where, 'name a file or folder, or leave it out');
    return list;
  },
  targets: (value, _name, where) => targetsOfConfig(value, where),
  profile: oneOf(['production']),
  open: (value, name, where) => {
    if (typeof value !== 'boolean') throw wrong(name, value, where, 'give true or false');
    return value;
  },
  crds: texts,
  rules: (value, _name, where) => readRuleSettings(value, where),
  failOn: oneOf(['error', 'warning', 'info', 'never']),
  minSeverity: oneOf(['error', 'warning', 'info']),
  maxFindings: (value, name, where) => {
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(name, value, where, 'give a whole number');
    return value;
  },
  baseline: (value, name, where) => {
    if (typeof value !== 'string' || value === '') throw wrong(name, value, where, 'give the name of a file');
    return value;
  },
};

/**
 * Reads the settings of the project in `folder`; a project without the file has none.
 *
 * @throws NetstackError for a file that cannot be read, and for settings that there are not
 */
export function readProject(folder: string): ProjectSettings {
  let text: string;
  try {
    text = readFileSync(join(folder, PROJECT_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new NetstackError({ what: `${PROJECT_FILE} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`, fix: 'make it readable, or remove it' });
  }
  return parseProject(text, PROJECT_FILE);
}

/** @throws NetstackError for text that is no YAML, and for settings that there are not */
export function parseProject(text: string, where: string): ProjectSettings {
  let content: unknown;
  try {
    content = yaml.load(text);
  } catch (error) {
    const { reason, mark } = error as { reason?: string; mark?: { line: number } };
    throw new NetstackError({ what: `${where}${mark ? `:${mark.line + 1}` : ''} is not valid YAML: ${reason ?? (error as Error).message}`, fix: 'mend the syntax' });
  }
  return readSettings(content ?? {}, where);
}

/**
 * Checks settings, wherever they come from.
 *
 * @throws NetstackError for settings that there are not
 */
export function readSettings(content: unknown, where: string): ProjectSettings {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new NetstackError({ what: `The settings are ${shorten(content)}`, where, fix: `give a mapping of ${Object.keys(READERS).sort().join(', ')}` });
  }
  return Object.fromEntries(Object.entries(content).map(([name, value]) => {
    if (!Object.hasOwn(READERS, name)) {
      const meant = suggest(name, Object.keys(READERS));
      throw new NetstackError({
        what: `There is no setting ${shorten(name)}`, where, fix: meant === undefined ? `take one of ${Object.keys(READERS).sort().join(', ')}` : `did you mean ${meant}?`,
      });
    }
    return [name, READERS[name as keyof ProjectSettings](value, name, where)];
  }));
}

function oneOf(words: readonly string[]): Reader {
  return (value, name, where) => {
    if (!words.includes(value as string)) throw wrong(name, value, where, `give ${words.length === 1 ? words[0] : `one of ${words.join(', ')}`}, or leave it out`);
    return value;
  };
}

function texts(value: unknown, name: string, where: string): readonly string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || !list.every((one) => typeof one === 'string' && one !== '')) throw wrong(name, value, where, 'give a file or folder, or a list of them');
  return list as string[];
}

function wrong(name: string, value: unknown, where: string, fix: string): NetstackError {
  return new NetstackError({ what: `The setting ${name} is ${shorten(value)}`, where, fix });
}
