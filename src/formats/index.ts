// One namespace per configuration language: `formats.haproxy.haproxyFormat`, `formats.corefile.Corefile`.
export * as corefile from './corefile';
export * as haproxy from './haproxy';
export * as hujson from './hujson';
export * as nftables from './nftables';
export * as prometheus from './prometheus';
export * as sysctl from './sysctl';
export * as wireguard from './wireguard';
export * as zonefile from './zonefile';
