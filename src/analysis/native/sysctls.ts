// Kernel parameters of a pod: validateSysctls of pkg/apis/core/validation, and the namespaces of k8s.io/component-helpers/node/util/sysctl.
import type { Fields, Place } from './place';
import { fields, list, text } from './place';
import { missing } from './words';

const NAME = /^(?:[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
const LONGEST = 253;

const IPC_NAMES: ReadonlySet<string> = new Set([
  'kernel.sem', 'kernel.shm', 'kernel.shm_rmid_forced', 'kernel.shmall', 'kernel.shmmax', 'kernel.shmmni', 'kernel.msg', 'kernel.msgmax', 'kernel.msgmnb', 'kernel.msgmni',
]);

export function checkSysctls(spec: Fields, at: Place): void {
  const seen = new Set<string>();
  list(fields(spec.securityContext).sysctls).forEach((item, i) => {
    const name = text(fields(item).name);
    const here = at.child(i).child('name');
    if (name === '') missing(here, 'the name of the parameter is missing', 'give name, for instance net.core.somaxconn');
    else if (name.length > LONGEST || !NAME.test(name)) here.refuse((show) => `${show(name)} is not the name of a kernel parameter: lower-case letters, digits, "-" and "_" between "." or "/"`);
    else if (seen.has(name)) here.refuse((show) => `the parameter ${show(name)} stands twice`, 'remove one of them');
    seen.add(name);
    const dotted = withDots(name);
    if (spec.hostNetwork === true && dotted.startsWith('net.')) here.refuse((show) => `${show(name)} belongs to the network of the pod, and with hostNetwork it has none of its own`, 'remove it, and set it on the host');
    else if (spec.hostIPC === true && (IPC_NAMES.has(dotted) || dotted.startsWith('fs.mqueue.'))) here.refuse((show) => `${show(name)} belongs to the memory that processes of the pod share, and with hostIPC it has none of its own`, 'remove it, and set it on the host');
  });
}

/** Where the first separator is a slash, slashes separate and dots are part of names. */
function withDots(name: string): string {
  return /^[^./]*\//.test(name) ? name.replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/')) : name;
}
