import { App, Chart } from 'cdk8s';
import { ConfigFile } from '../../src/core/config-file';
import type { ConfigFormat } from '../../src/core/config-file';
import { Registry } from '../../src/core/registry';
import { HOSTILE, sentence } from './sentence';

interface Sysctl {
  readonly [key: string]: string;
}

const sysctl: ConfigFormat<Sysctl> = { name: 'sysctl', print: (model) => Object.entries(model).map(([key, value]) => `${key} = ${value}\n`).join('') };

test('a file is registered with its language, place and line, and printed when it is asked for', () => {
  const chart = new Chart(new App(), 'hosts');
  let limit = '1024';
  new ConfigFile(chart, '99-net.conf', { owner: 'hub', format: sysctl, model: () => ({ 'net.core.somaxconn': limit }) });
  new ConfigFile(chart, 'front', { owner: 'front', fileName: 'sysctl.conf', format: sysctl, model: { 'net.ipv4.ip_forward': '1' } });
  limit = '4096';
  const files = Registry.of(chart).files.map((file) => ({ ...file, render: undefined, text: file.render(), source: file.source?.replace(/\d+$/, 'N') }));
  expect(files).toEqual([
    { owner: 'front', name: 'sysctl.conf', path: 'hosts/front', source: 'test/core/config-file.test.ts:N', format: 'sysctl', text: 'net.ipv4.ip_forward = 1\n' },
    { owner: 'hub', name: '99-net.conf', path: 'hosts/99-net.conf', source: 'test/core/config-file.test.ts:N', format: 'sysctl', text: 'net.core.somaxconn = 4096\n' },
  ]);
});

test.each<[string, string, string, string]>([
  ['a manifest\'s ending', 'hub', 'rules.yaml', 'File name "rules.yaml" ends like a Kubernetes manifest (hosts/file, <here>): give it another ending: cdk8s would apply it.'],
  ['a manifest\'s ending in capitals', 'hub', 'rules.YML', 'File name "rules.YML" ends like a Kubernetes manifest (hosts/file, <here>): give it another ending: cdk8s would apply it.'],
  ['a folder', 'hub', 'etc/wg0.conf', '"etc/wg0.conf" is not a plain file name (hosts/file, <here>): use letters, digits, ".", "_", "@" and "-".'],
  ['the folder above', '..', 'wg0.conf', '".." is not a plain owner (hosts/file, <here>): use letters, digits, ".", "_", "@" and "-".'],
  ['a way up inside', 'hub', 'a..b', '"a..b" is not a plain file name (hosts/file, <here>): use letters, digits, ".", "_", "@" and "-".'],
  ['a hidden file', 'hub', '.bashrc', '".bashrc" is not a plain file name (hosts/file, <here>): use letters, digits, ".", "_", "@" and "-".'],
])('refuses %s', (_, owner, fileName, message) => {
  expect(sentence(() => new ConfigFile(new Chart(new App(), 'hosts'), 'file', { owner, fileName, format: sysctl, model: {} }))).toBe(message);
});

test('refuses a second file of the name, with both places', () => {
  const chart = new Chart(new App(), 'hosts');
  new ConfigFile(chart, 'a', { owner: 'hub', fileName: 'wg0.conf', format: sysctl, model: {} });
  expect(sentence(() => new ConfigFile(chart, 'b', { owner: 'hub', fileName: 'wg0.conf', format: sysctl, model: {} })).replace(/ts:\d+\)/, 'ts:N)')).toBe(
    'File files/hub/wg0.conf is written twice; the first is hosts/a (test/core/config-file.test.ts:N) (hosts/b, <here>): give one of them another name or owner.');
});

test('hostile names are refused', () => {
  for (const text of HOSTILE) {
    for (const props of [{ owner: text, fileName: 'a' }, { owner: 'a', fileName: text }]) {
      expect(sentence(() => new ConfigFile(new Chart(new App(), 'hosts'), 'file', { ...props, format: sysctl, model: {} }))).not.toMatch(/[\n\0\u2028\u202e]/);
    }
  }
});
