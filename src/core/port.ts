import { NetstackError, shorten } from './errors';
import { labelKey, portName } from './kubernetes-name';

/** Transport protocols of a Kubernetes Service. */
export type TransportProtocol = 'TCP' | 'UDP' | 'SCTP';

/** What is spoken on a port. */
export type PortKind = 'http' | 'https' | 'grpc' | 'tcp' | 'udp' | 'sctp' | 'metrics';

/** Options of every port. */
export interface PortOptions {
  /** Name in Service and container (IANA service name, at most 15 characters). @default - the key under which the workload declares it */
  readonly name?: string;
  /** Application protocol of the Service port. @default - `http`, `https`, `grpc`; none for plain TCP, UDP and SCTP */
  readonly appProtocol?: string;
}

/** Options of a port that Prometheus scrapes. */
export interface MetricsPortOptions extends PortOptions {
  /** @default '/metrics' */
  readonly path?: string;
  /** @default 'http' */
  readonly scheme?: 'http' | 'https';
}

/** Where Prometheus finds the metrics of a port. */
export interface MetricsEndpoint {
  readonly path: string;
  readonly scheme: 'http' | 'https';
}

function requireOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new NetstackError({ what: `Port options ${shorten(options)} are not an object`, fix: 'give options such as { name: \'web\' }, or leave them out' });
}

/** A port of a workload or of a peer: number, transport, and what is spoken on it. */
export class Port {
  public static http(number: number, options: PortOptions = {}): Port {
    return new Port('http', 'TCP', number, options, 'http');
  }

  /** HTTP inside TLS that the workload itself ends. */
  public static https(number: number, options: PortOptions = {}): Port {
    return new Port('https', 'TCP', number, options, 'https');
  }

  /** gRPC over HTTP/2 in clear text. */
  public static grpc(number: number, options: PortOptions = {}): Port {
    return new Port('grpc', 'TCP', number, options, 'grpc');
  }

  public static tcp(number: number, options: PortOptions = {}): Port {
    return new Port('tcp', 'TCP', number, options, undefined);
  }

  public static udp(number: number, options: PortOptions = {}): Port {
    return new Port('udp', 'UDP', number, options, undefined);
  }

  public static sctp(number: number, options: PortOptions = {}): Port {
    return new Port('sctp', 'SCTP', number, options, undefined);
  }

  /** A port that Prometheus scrapes; never the default port of a workload. */
  public static metrics(number: number, options: MetricsPortOptions = {}): Port {
    requireOptions(options);
    const path = options.path ?? '/metrics';
    const scheme = options.scheme ?? 'http';
    if (typeof path !== 'string' || !/^\/[\w\-./~%]{0,255}$/.test(path)) {
      throw new NetstackError({ what: `Metrics path ${shorten(path)} is not an absolute path`, fix: 'give a path such as \'/metrics\'' });
    }
    if (scheme !== 'http' && scheme !== 'https') {
      throw new NetstackError({ what: `Metrics scheme ${shorten(scheme)} is neither http nor https`, fix: 'give \'http\' or \'https\'' });
    }
    return new Port('metrics', 'TCP', number, options, scheme, Object.freeze({ path, scheme }));
  }

  /** 1 to 65535. */
  public readonly number: number;
  public readonly protocol: TransportProtocol;
  public readonly kind: PortKind;
  /** As given in the options; a workload names its ports by their key otherwise. */
  public readonly name?: string;
  /** `appProtocol` of the Service port: an IANA service name, or a prefixed name such as `kubernetes.io/h2c`. */
  public readonly appProtocol?: string;
  /** For metrics ports only. */
  public readonly metrics?: MetricsEndpoint;

  private constructor(kind: PortKind, protocol: TransportProtocol, number: number, options: PortOptions, appProtocol: string | undefined, metrics?: MetricsEndpoint) {
    if (!Number.isInteger(number) || number < 1 || number > 65_535) {
      throw new NetstackError({ what: `Port ${shorten(number)} is not a whole number from 1 to 65535`, fix: `give a number such as Port.${kind}(8080)` });
    }
    requireOptions(options);
    const application = options.appProtocol ?? appProtocol;
    this.kind = kind;
    this.protocol = protocol;
    this.number = number;
    if (options.name !== undefined) this.name = portName(options.name, `the name of port ${number}`);
    if (application !== undefined) this.appProtocol = labelKey(application, `the appProtocol of port ${number}`);
    if (metrics !== undefined) this.metrics = metrics;
    Object.freeze(this);
  }

  /** Whether Prometheus scrapes it. */
  public get isMetrics(): boolean {
    return this.kind === 'metrics';
  }

  /** The same port under a name. */
  public withName(name: string): Port {
    return new Port(this.kind, this.protocol, this.number, { ...this.appProtocol !== undefined && { appProtocol: this.appProtocol }, name }, undefined, this.metrics);
  }

  /** Equal keys mean equal ports, in every field. */
  public key(): string {
    return [this.protocol, this.number, this.kind, this.name ?? '', this.appProtocol ?? '', this.metrics?.scheme ?? '', this.metrics?.path ?? ''].join(' ').trimEnd();
  }

  public toString(): string {
    return `${this.kind}:${this.number}`;
  }

  public toJSON(): Readonly<Record<string, unknown>> {
    return {
      number: this.number,
      protocol: this.protocol,
      kind: this.kind,
      ...this.name !== undefined && { name: this.name },
      ...this.appProtocol !== undefined && { appProtocol: this.appProtocol },
      ...this.metrics !== undefined && { metrics: this.metrics },
    };
  }
}
