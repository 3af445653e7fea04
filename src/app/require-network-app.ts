// What only NetworkApp writes. Under a stock App the manifests come out as they should; that the rest is missing, a firewall among it, must not pass in silence.
import type { IConstruct } from 'constructs';
import { NetworkApp } from './network-app';

/** Lets the synth of any other root warn once on standard error. @param what is written beside the manifests: `Terraform` */
export function requireNetworkApp(scope: IConstruct, what: string): void {
  let said = false;
  scope.node.addValidation({
    validate: () => {
      if (!said && !NetworkApp.isNetworkApp(scope.node.root)) {
        said = true;
        process.emitWarning(`${what} of ${scope.node.path} is not written: this program's root is not a NetworkApp. Make it with new NetworkApp().`, { type: 'cdk8s-netstack' });
      }
      return [];
    },
  });
}
