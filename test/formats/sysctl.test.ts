import { HOST_KEYS, printSysctl } from '../../src/formats/sysctl';
import { sentence } from '../core/sentence';
import { expectReadBack } from './hostile';
import { sysctl } from './scenario';

test('the sysctl file of the scenario', () => expect(printSysctl(sysctl)).toMatchSnapshot());

test('per-interface keys are known, with a slash for a dot in the name', () => {
  expect(printSysctl({ settings: { 'net.ipv4.conf.eth0/1.rp_filter': 1, 'net.ipv6.conf.wg0.forwarding': 1 } })).toBe('net.ipv4.conf.eth0/1.rp_filter = 1\nnet.ipv6.conf.wg0.forwarding = 1\n');
});

test('keys of the whole host are told apart from those of a namespace', () => {
  expect(HOST_KEYS.has('net.core.rmem_max')).toBe(true);
  expect(HOST_KEYS.has('net.core.somaxconn')).toBe(false);
});

test('values of unknown keys are read back unchanged', () => {
  expectReadBack((value) => printSysctl({ settings: {}, unknownKeys: { 'net.vendor.knob': value } }), (file) => /^net\.vendor\.knob = (.*)\n$/.exec(file)?.[1]);
});

test('keys are held against an allow-list', () => {
  expectReadBack((key) => printSysctl({ settings: {}, unknownKeys: { [`net.x${key}`]: 1 } }), (file) => /^net\.x(.*) = 1\n$/.exec(file)?.[1]);
});

test.each<[string, () => unknown, string]>([
  ['tcp_tw_recycle', () => printSysctl({ settings: { 'net.ipv4.tcp_tw_recycle': 1 } }),
    'The key net.ipv4.tcp_tw_recycle does not exist any more (sysctl, <here>): Linux 4.12 removed it because it broke clients behind NAT; leave it out, and use net.ipv4.tcp_tw_reuse for outgoing connections.'],
  ['tcp_tw_recycle among the unknown keys', () => printSysctl({ settings: {}, unknownKeys: { 'net.ipv4.tcp_tw_recycle': 1 } }),
    'The key net.ipv4.tcp_tw_recycle does not exist any more (sysctl, <here>): Linux 4.12 removed it because it broke clients behind NAT; leave it out, and use net.ipv4.tcp_tw_reuse for outgoing connections.'],
  ['a misspelt key', () => printSysctl({ settings: { 'net.core.somaxcon': 1 } }),
    'The key "net.core.somaxcon" is not known (sysctl, <here>): check its spelling; a key that this library does not know goes into `unknownKeys`.'],
  ['a flag of 2', () => printSysctl({ settings: { 'net.ipv4.ip_forward': 2 } }),
    '2 is no whole number from 0 to 1 (sysctl net.ipv4.ip_forward, <here>): pass one in that range.'],
  ['a tuple of two', () => printSysctl({ settings: { 'net.ipv4.tcp_rmem': [4096, 131_072] } }),
    '[4096, 131072] has 2 numbers (sysctl net.ipv4.tcp_rmem, <here>): give 3 numbers.'],
  ['a range that runs backwards', () => printSysctl({ settings: { 'net.ipv4.ip_local_port_range': [65_000, 10_240] } }),
    '65000 10240 is not in ascending order (sysctl net.ipv4.ip_local_port_range, <here>): put the smallest first.'],
  ['a value with a second line', () => printSysctl({ settings: { 'net.core.default_qdisc': 'fq\nkernel.panic = 1' } }),
    '"fq\\nkernel.panic = 1" is no name that the kernel knows there (sysctl net.core.default_qdisc, <here>): use lower-case letters, digits and _.'],
])('%s is refused in one sentence', (_name, action, message) => {
  expect(sentence(action)).toBe(message);
});
