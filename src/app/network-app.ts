// The App of this library: everything is rendered in memory first, and then written.
import { App } from 'cdk8s';
import type { AppProps } from 'cdk8s';

const NETWORK_APP = Symbol.for('cdk8s-netstack.NetworkApp');

export interface NetworkAppProps extends AppProps {}

/** The root of a program. */
export class NetworkApp extends App {
  /** Whether `value` is a `NetworkApp`, also one of another copy of this package. */
  static isNetworkApp(value: unknown): value is NetworkApp {
    return typeof value === 'object' && value !== null && NETWORK_APP in value;
  }

  constructor(props: NetworkAppProps = {}) {
    super(props);
    Object.defineProperty(this, NETWORK_APP, { value: true });
  }
}
