// What only NetworkApp writes. Under a stock App the manifests come out and the rest would be missing without a word, a firewall among it.
import type { IConstruct } from 'constructs';
import { NetworkApp } from './network-app';

/** Lets the synth of any other root fail with one sentence. @param what is written beside the manifests: `Terraform` */
export function requireNetworkApp(scope: IConstruct, what: string): void {
  if (NetworkApp.isNetworkApp(scope.node.root)) return;
  scope.node.addValidation({ validate: () => [`${what} is written by NetworkApp, and this program's root is another: make it with new NetworkApp().`] });
}
