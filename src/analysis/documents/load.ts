// Finds and reads what analysis looks at: manifests, Terraform and configuration files, from files, folders and standard input.
import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { NetstackError, shorten } from '../../core/errors';
import type { Finding } from '../../core/finding';
import type { AnalysisInput, ConfigDocument, DeclaredModel, TerraformDocument } from '../input';
import type { ManifestDocument } from './document';
import { kustomizeFiles } from './kustomization';
import type { Acknowledgement, ModelFile, ModelObject, ModelOutput } from './model-file';
import { MODEL_FILE, MODEL_FORMAT, ModelFiles } from './model-file';
import { parseText } from './parse';
import { isTerraformName, looksLikeTerraform, terraformDocument } from './terraform';

/** The name under which standard input stands in findings. */
export const STDIN = '<stdin>';

/** A file or folder, with the cluster that its documents are for. */
export interface LoadPath {
  /** `-` is standard input. */
  readonly path: string;
  /** @default - what the model file says, otherwise the one implicit cluster */
  readonly cluster?: string;
}

export interface LoadOptions {
  /** The text that the path `-` stands for, or its bytes. */
  readonly stdin?: string | Buffer;
  /**
   * Reads the Terraform and configuration files that a model file lists, too, where only manifests are given.
   *
   * @default false - only what is named, or lies in a folder that is named
   */
  readonly outputs?: boolean;
}

/** Everything that was read: the input of `validate`. */
export interface LoadedDocuments extends AnalysisInput {
  readonly terraform: readonly TerraformDocument[];
  readonly files: readonly ConfigDocument[];
  readonly models: readonly DeclaredModel[];
  /** NS0010: what could not be read. */
  readonly findings: readonly Finding[];
  /** Findings that the program accepted, of every model file that was found. */
  readonly acknowledgements: readonly Acknowledgement[];
  /** Number of files that were looked into. */
  readonly read: number;
}

/**
 * Reads every manifest, Terraform and configuration file of the given files and folders.
 *
 * Folders are read with all below, `*.yaml`, `*.yml` and `*.json`, in the order of their names; hidden folders and `node_modules` are left out, JSON files that are neither
 * Kubernetes objects nor Terraform, and files of Helm and Kustomize with the patches of a kustomization, are passed over. Where a `netstack.model.json` stands beside or
 * above a file, its documents know cluster, targets, construct and source line; which files are configuration of other engines, it alone says.
 *
 * @param paths - files and folders; `-` is standard input
 * @throws NetstackError for a path that does not exist or cannot be read
 */
export function loadDocuments(paths: ReadonlyArray<string | LoadPath>, options: LoadOptions = {}): LoadedDocuments {
  const loader = new Loader();
  for (const given of paths) {
    const { path, cluster } = typeof given === 'string' ? { path: given } : given;
    loader.cluster = cluster;
    if (path === '-') {
      loader.addStdin(options.stdin ?? '');
      continue;
    }
    try {
      if (statSync(path).isDirectory()) loader.addFolder(path);
      else loader.addFile(path, options.outputs === true);
    } catch (error) {
      if (NetstackError.is(error)) throw error;
      throw new NetstackError({ what: `${shorten(path)} cannot be read: ${reason(error)}`, fix: 'give a file or folder of manifests that exists' });
    }
  }
  if (options.outputs === true) loader.addListedOutputs();
  return loader.finish();
}

class Loader {
  private readonly models: ModelFiles = new ModelFiles();
  private readonly documents: ManifestDocument[] = [];
  private readonly terraform: TerraformDocument[] = [];
  private readonly files: ConfigDocument[] = [];
  private readonly findings: Finding[] = [];
  /** With the name that their only cluster has here. */
  private readonly used: Map<ModelFile, string | undefined> = new Map();
  private readonly seen: Set<string> = new Set();
  /** Files that are parts of a kustomization. */
  private readonly passedOver: Set<string> = new Set();
  /** The same, with the cluster: what several clusters share is read for each. */
  private readonly seenIn: Set<string> = new Set();
  private read: number = 0;
  /** The cluster of what is added next. */
  cluster: string | undefined;

  addFolder(folder: string): void {
    const entries = readFolder(folder).sort((a, b) => (a.name < b.name ? -1 : 1));
    const model = this.models.nearest(resolve(folder));
    for (const file of kustomizeFiles(folder, entries.map(({ name }) => name))) this.passedOver.add(file);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
        try {
          this.addFolder(path);
        } catch (error) {
          if (!(error instanceof FolderError)) throw error;
          this.unreadable(path, error);
        }
      } else if (entry.name !== MODEL_FILE && (/\.(?:ya?ml|json)$/i.test(entry.name) || model?.otherOutput(resolve(path)) !== undefined) && isFile(path)) {
        this.addFile(path, true);
      }
    }
  }

  addFile(file: string, inFolder: boolean): void {
    const absolute = resolve(file);
    if (inFolder && this.passedOver.has(absolute)) return;
    const key = JSON.stringify([this.cluster, absolute]);
    if (this.seenIn.has(key)) return;
    const again = this.seen.has(absolute);
    this.seenIn.add(key);
    this.seen.add(absolute);
    const model = this.models.nearest(dirname(absolute));
    const listed = model?.otherOutput(absolute);
    if (listed?.kind === 'construct-metadata') return;
    let text: string;
    try {
      text = decode(readFileSync(file));
    } catch (error) {
      if (!again) this.unreadable(file, error);
      return;
    }
    if (inFolder && OTHER_TOOLS.test(basename(file)) && !/^kind[ \t]*:/m.test(text)) return;
    // What is of no cluster, and what cannot be read, is told once.
    const before = this.findings.length;
    if (listed?.kind === 'file') {
      if (!again) this.addConfig(text, file, listed);
    } else if (isTerraformName(file) || listed?.kind === 'terraform') {
      if (!again) this.addTerraform(text, file, listed);
    } else this.addText(text, file, dirname(absolute), inFolder);
    if (again) this.findings.length = before;
    if (model) this.use(model);
  }

  addStdin(input: string | Buffer): void {
    try {
      this.addText(typeof input === 'string' ? input : decode(input), STDIN, process.cwd(), false);
    } catch (error) {
      if (NetstackError.is(error)) throw error;
      this.unreadable(STDIN, error);
    }
  }

  addText(text: string, file: string, directory: string, skipForeignJson: boolean): void {
    this.read++;
    const parsed = parseText(text, file, { skipForeignJson, onJson: (root) => this.takeTerraform(root, text, file) });
    for (const finding of parsed.findings) this.findings.push(finding);
    const model = this.models.nearest(directory);
    if (model) this.use(model);
    for (const document of parsed.documents) {
      const known = model?.find(document.object, resolve(file)) ?? NOTHING_KNOWN;
      const targets = model?.targetsOf(known.cluster);
      const cluster = this.cluster ?? known.cluster;
      this.documents.push(known === NOTHING_KNOWN && cluster === undefined ? document : {
        ...document,
        ...(cluster === undefined ? {} : { cluster }),
        ...(targets === undefined ? {} : { targets }),
        ...(known.constructPath === undefined ? {} : { constructPath: known.constructPath }),
        ...(known.source === undefined ? {} : { source: known.source }),
      });
    }
  }

  /** The files beside the manifests that the models list; one that is not there was taken away, and is not missed. */
  addListedOutputs(): void {
    for (const model of [...this.used.keys()]) for (const file of model.otherFiles) if (existsSync(file)) this.addFile(relative(process.cwd(), file), true);
  }

  finish(): LoadedDocuments {
    const { documents, terraform, files, read } = this;
    const findings = [...this.findings, ...this.models.broken.map((file): Finding => ({
      id: 'NS0004', severity: 'warning', title: 'The model file cannot be read', message: `${file} is no ${MODEL_FORMAT}, so what the program says of its documents is not known`, where: { file },
      fix: 'run cdk8s synth again, with the version of cdk8s-netstack that validates',
    }))];
    const used = [...this.used.keys()];
    return {
      documents: this.joinedToTheirCluster(documents, used), terraform, files, findings, read,
      models: used.map((model) => model.declared(this.seen, this.used.get(model))),
      acknowledgements: used.flatMap((model) => model.acknowledgements(this.seen)),
    };
  }

  private use(model: ModelFile): void {
    if (this.cluster !== undefined && model.clusters.length > 1) {
      throw new NetstackError({
        what: `${shorten(model.file)} has the clusters ${model.clusters.map(({ name }) => name).join(', ')}, and cannot be ${shorten(this.cluster)} alone`, fix: 'give its folder with -f, without a cluster',
      });
    }
    if (!this.used.has(model)) this.used.set(model, this.cluster);
  }

  private unreadable(file: string, error: unknown): void {
    this.findings.push({ id: 'NS0010', severity: 'error', message: `This ${error instanceof FolderError ? 'folder' : 'file'} cannot be read: ${reason(error)}`, where: { file }, fix: 'make it readable, or leave it out' });
  }

  private addConfig(text: string, file: string, { format = '', owner, constructPath, source }: ModelOutput): void {
    this.read++;
    this.files.push({
      text, file, format,
      ...(owner === undefined ? {} : { owner }), ...(constructPath === undefined ? {} : { constructPath }), ...(source === undefined ? {} : { source }),
    });
  }

  private addTerraform(text: string, file: string, origin?: ModelOutput): void {
    this.read++;
    const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    let content: unknown;
    try {
      content = JSON.parse(body);
    } catch {
      content = undefined;
    }
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) this.terraform.push(terraformDocument(content as Record<string, unknown>, body, file, origin));
    else this.findings.push({ id: 'NS0010', severity: 'error', message: 'This Terraform file is no JSON object', where: { file, line: 1, column: 1 }, fix: 'mend the syntax' });
  }

  private takeTerraform(root: unknown, text: string, file: string): boolean {
    if (!looksLikeTerraform(root)) return false;
    this.terraform.push(terraformDocument(root, text, file));
    return true;
  }

  /** What no model knows stands in the one cluster that the models have; where they have several, nobody can tell in which. */
  private joinedToTheirCluster(documents: readonly ManifestDocument[], used: readonly ModelFile[]): readonly ManifestDocument[] {
    const clusters = new Map(used.flatMap((model) => model.clusters.map((cluster) => [this.used.get(model) ?? cluster.name, cluster])));
    const [only] = clusters;
    if (clusters.size !== 1 || only === undefined) return documents;
    const [cluster, { targets }] = only;
    return documents.map((document) => (document.cluster === undefined ? { ...document, cluster, ...(targets === undefined ? {} : { targets }) } : document));
  }
}

/** Files of Helm and Kustomize, of cdk8s and of our own, which lie among manifests and are none. */
const OTHER_TOOLS = /^(?:Chart|values(?:[-.]\w+)?|kustomization|cdk8s|netstack)\.ya?ml$/;

const NOTHING_KNOWN: ModelObject = {};

class FolderError extends Error {
  readonly code: string | undefined;

  constructor(cause: NodeJS.ErrnoException) {
    super(cause.message);
    this.code = cause.code;
  }
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new FolderError(error as NodeJS.ErrnoException);
  }
}

/** @throws Error for bytes that are no text: what cannot be shown must not be read as something else */
function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Error('it is no text in UTF-8');
  return bytes.toString('utf8');
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return true; // reading it says why not
  }
}

function reason(error: unknown): string {
  switch ((error as { code?: string }).code) {
    case 'ENOENT': return 'it does not exist';
    case 'EACCES':
    case 'EPERM': return 'permission denied';
    case 'ERR_STRING_TOO_LONG':
    case 'ERR_FS_FILE_TOO_LARGE': return 'it is too large';
    default: return (error as Error).message;
  }
}
