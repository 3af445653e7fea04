// A configuration file of an engine that reads no Kubernetes objects.
import { Construct } from 'constructs';
import { NetstackError, shorten } from './errors';
import { recordSource, sourceOf } from './provenance';
import { Registry } from './registry';
import { refuseSecrets } from './secrets';
import { requireOptions } from './shape';

/** A configuration language: how its model is printed. */
export interface ConfigFormat<M> {
  /** Name of the language: `haproxy`, `corefile`, `nftables`, … */
  readonly name: string;
  print(model: M): string;
}

export interface ConfigFileProps<M> {
  readonly format: ConfigFormat<M>;
  /** The typed model, or what makes it when the file is written. */
  readonly model: M | (() => M);
  /** Folder below `files/`: the host or the component that reads the file. */
  readonly owner: string;
  /** File name, never ending in `.yaml` or `.yml`: cdk8s-cli takes those for manifests. @default - the construct's id */
  readonly fileName?: string;
}

/** A file with its typed model, written to `files/<owner>/<fileName>` in the output folder. */
export class ConfigFile<M = unknown> extends Construct {
  readonly owner: string;
  readonly fileName: string;
  readonly format: ConfigFormat<M>;
  private readonly model: M | (() => M);

  /** @throws NetstackError for a name that is no plain file name, or one that cdk8s-cli would take for a manifest */
  constructor(scope: Construct, id: string, props: ConfigFileProps<M>) {
    super(scope, id);
    recordSource(this);
    requireOptions(props, { format: true, model: true, owner: true, fileName: true }, 'the options of a ConfigFile', this);
    if (typeof props.format?.print !== 'function' || typeof props.format.name !== 'string') {
      throw new NetstackError({ what: `Format ${shorten(props.format)} of file ${id} has no name or no print`, scope: this, fix: "give one of the package's formats, or such as { name: 'ini', print: (model) => … }" });
    }
    refuseSecrets(props.format.name, `the name of the format of file ${id}`, this);
    this.format = props.format;
    this.model = props.model;
    this.owner = this.plainName(props.owner, 'owner');
    this.fileName = this.plainName(props.fileName ?? id, 'file name');
    if (/\.ya?ml$/i.test(this.fileName)) {
      throw new NetstackError({ what: `File name ${shorten(this.fileName)} ends like a Kubernetes manifest`, scope: this, fix: 'give it another ending: cdk8s would apply it' });
    }
    Registry.of(this).addFile(
      { owner: this.owner, name: this.fileName, path: this.node.path, source: sourceOf(this), format: this.format.name, render: () => this.render() }, this,
    );
  }

  /** The text of the file. @throws NetstackError when it holds a secret: the output folder is committed */
  render(): string {
    const text: unknown = this.format.print(typeof this.model === 'function' ? (this.model as () => M)() : this.model);
    if (typeof text !== 'string') {
      throw new NetstackError({ what: `Format ${this.format.name} printed ${shorten(text)}, which is no text`, scope: this, fix: 'give the model that the format takes' });
    }
    refuseSecrets(text, `file ${this.fileName}`, this);
    return text;
  }

  private plainName(name: string, what: string): string {
    if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/.test(name) || name.includes('..')) {
      throw new NetstackError({ what: `${shorten(name)} is not a plain ${what}`, scope: this, fix: 'use letters, digits, ".", "_", "@" and "-"' });
    }
    refuseSecrets(name, `the ${what} of file ${this.node.id}`, this);
    return name;
  }
}
