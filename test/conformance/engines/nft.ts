// nft of Debian trixie, in a network namespace of its own. The file is loaded twice, since loading it again must be the same, and the kernel's own listing
// is what comes back.
import { basename } from 'node:path';
import { printNftRuleset } from '../../../src/formats/nftables';
import { HOSTILE } from '../../formats/hostile';
import { inFolder } from '../cache';
import { CHROOT_TMP, hasChroot, insideChroot, prepareChroot, runInChroot } from '../chroot';
import type { Engine, EngineFile, Verdict } from '../engine';
import { carried } from '../hostile-samples';
import { wideNft } from '../wide';

export const nft: Engine = {
  name: 'nft',
  target: 'nftables 1.1',
  source: 'Debian trixie in a chroot, own network namespace',
  reads: (file) => file.path.endsWith('.nft'),
  prepare: prepareChroot,
  async version() {
    return hasChroot() ? /v(\S+)/.exec((await runInChroot('nft', ['--version'])).output)?.[1] : undefined;
  },
  check: (files) => inFolder(files, async (folder) => {
    const verdicts: Verdict[] = [];
    for (const file of files.filter(nft.reads)) {
      const path = insideChroot(`${folder}/${file.path}`);
      const { code, output } = await runInChroot('sh', ['-c', 'ip link set lo up && nft -c -f "$0" && nft -f "$0" && nft -f "$0" && nft list ruleset', path], { netns: true });
      verdicts.push({ accepted: code === 0, output: `${basename(path)}:\n${output}` });
    }
    return { accepted: verdicts.every((verdict) => verdict.accepted), output: verdicts.map((verdict) => verdict.output).join('') };
  }, CHROOT_TMP),
  samples: () => [
    { name: 'every statement of the model', accepted: true, files: [{ path: 'a.nft', content: printNftRuleset(wideNft) }] },
    ...carried('a comment', HOSTILE, (comment) => ruleset(comment, 'prefix'), (comment) => `comment "${comment}"\n`),
    ...carried('a log prefix', HOSTILE, (prefix) => ruleset('comment', prefix), (prefix) => `log prefix "${prefix}"`),
    { name: 'a chain named drop', accepted: false, files: [{ path: 'a.nft', content: 'table inet t {\n\tchain drop {\n\t}\n}\n' }] },
    { name: 'a comment of 128 bytes', accepted: false, files: [{ path: 'a.nft', content: `table inet t {\n\tchain c {\n\t\tdrop comment "${'x'.repeat(129)}"\n\t}\n}\n` }] },
  ],
};

function ruleset(comment: string, prefix: string): EngineFile[] {
  const rules = [{ statements: [{ action: 'log', prefix }] as const }, { statements: [{ verdict: 'drop' }] as const, comment }];
  return [{ path: 'a.nft', content: printNftRuleset({ tables: [{ family: 'inet', name: 't', chains: [{ name: 'c', rules }] }] }) }];
}
