// Who reaches whom, held against the engines that decide it in production: one program per engine, each by itself, so that they can be run alone with a seed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Proof {
  readonly engine: string;
  readonly program: string;
  readonly dose: readonly string[];
  /** Of CI. */
  readonly small: readonly string[];
}

const PROOFS: readonly Proof[] = [
  { engine: 'cilium', program: 'cilium-policies', dose: ['--worlds=2000'], small: ['--worlds=150'] },
  { engine: 'calico', program: 'calico-policies', dose: ['--worlds=1000'], small: ['--worlds=100'] },
  { engine: 'calico', program: 'calico-selectors', dose: ['--texts=60000'], small: ['--texts=10000'] },
  { engine: 'envoy-live', program: 'envoy-routing', dose: ['--sets=200', '--requests=20'], small: ['--sets=12', '--requests=20'] },
  { engine: 'istio', program: 'istio-authorization', dose: ['--sets=100', '--requests=20'], small: ['--sets=10', '--requests=20'] },
  { engine: 'istio-ambient', program: 'istio-ambient', dose: ['--sets=200', '--requests=20'], small: ['--sets=20', '--requests=20'] },
  { engine: 'istio', program: 'istio-clients', dose: ['--sets=400'], small: ['--sets=40'] },
  { engine: 'istio', program: 'istio-routes', dose: ['--sets=400'], small: ['--sets=40'] },
  { engine: 'traefik', program: 'traefik-routing', dose: ['--sets=200', '--requests=40'], small: ['--sets=20', '--requests=40'] },
];

const TSX = join(__dirname, '../../../node_modules/.bin/tsx');

/** Runs the proofs of the engines that are here. @returns false when one of them differs from us, undefined when one could not be asked */
export function judgeReachability(here: ReadonlySet<string>, asked: (engine: string) => boolean, small: boolean): boolean | undefined {
  let answer: boolean | undefined = true;
  for (const { engine, program, dose, small: few } of PROOFS.filter((one) => asked(one.engine))) {
    if (!here.has(engine)) {
      console.log(`reach/${program}: not run, ${engine} is missing`);
      answer = answer === false ? false : undefined;
      continue;
    }
    const args = small ? few : dose;
    console.log(`reach/${program} ${args.join(' ')}`);
    const { status } = spawnSync(TSX, [join(__dirname, `${program}.ts`), ...args], { stdio: 'inherit' });
    if (status !== 0) answer = false;
  }
  return answer;
}
