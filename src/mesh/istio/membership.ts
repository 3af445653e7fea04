// Who is in the mesh. Answers change while the program declares, so contents ask when they are rendered.
import { NetstackError, shorten } from '../../core/errors';
import { workloadKey } from '../../core/peer';
import type { IPeer, IWorkload } from '../../core/peer';
import type { PolicyContext } from '../../core/policy';
import { requireList } from '../../core/shape';
import type { IstioOptions } from './options';

/** The workloads that are members. @throws NetstackError for a peer that is no workload */
export function memberWorkloads(members?: readonly IPeer[]): readonly IWorkload[] {
  return requireList(members, 'members').map((member) => {
    const target = (member as IPeer | undefined)?.peer;
    if (target?.kind === 'workload') return target.workload;
    throw new NetstackError({ what: `Member ${shorten(member)} of the mesh is no workload`, fix: 'give a Workload, or a gateway' });
  });
}

/** The mesh of one cluster: which pods have a sidecar, and which ports take plain text. */
export class Membership {
  readonly context: PolicyContext;
  private readonly members: ReadonlySet<string>;
  private readonly outside: ReadonlySet<string>;
  private readonly plainText: ReadonlyMap<string, ReadonlySet<number>>;

  constructor(context: PolicyContext, options: IstioOptions) {
    this.context = context;
    this.members = new Set(memberWorkloads(options.members).map(workloadKey));
    this.outside = new Set((options.outside ?? []).map(workloadKey));
    const plainText = new Map<string, Set<number>>();
    for (const { port } of options.plainText ?? []) {
      const key = workloadKey(port.workload);
      if (!plainText.has(key)) plainText.set(key, new Set());
      plainText.get(key)!.add(port.port.number);
    }
    this.plainText = plainText;
  }

  /** Whether the pods have a sidecar. */
  has(workload: IWorkload): boolean {
    const key = workloadKey(workload);
    return this.members.has(key) || this.context.guards(workload) && !this.outside.has(key);
  }

  /** Whether every pod of the namespace has a sidecar, as far as the program says. */
  hasNamespace(namespace: string): boolean {
    return this.context.guardsNamespace(namespace);
  }

  /** Ports of the workload that the program opens to plain text. */
  plainTextPorts(workload: IWorkload): ReadonlySet<number> {
    return this.plainText.get(workloadKey(workload)) ?? new Set();
  }
}
