// Prints a wg-quick file. wg itself masks host bits, wraps ports at 65536, and gives an address block that two peers claim to the last of them, all
// without an error; so those are refused here.
import { shorten } from '../../core/errors';
import { checkedAddress, checkedBlock, checkedHost, checkedPort, endpoint } from '../address';
import { wireguardSeconds } from '../duration';
import { nftName } from '../nftables/scalar';
import { refuse } from '../refuse';
import { byText, checkedInteger, checkedPath, checkedText, checkedUnique, joinedLines } from '../text';
import type { WireguardConfig, WireguardHook, WireguardInterface, WireguardPeer } from './model';

/** Where the private key lies unless the model says otherwise. */
export const PRIVATE_KEY_FILE: string = '/etc/wireguard/keys/%i.key';

/** Prints a wg-quick file. @throws NetstackError for what wg would refuse or silently change */
export function printWireguardConfig(config: WireguardConfig): string {
  const peers = [...config.peers].sort((a, b) => byText(a.name, b.name));
  checkedUnique(peers.map((peer) => peer.name), 'peer', 'wireguard');
  const sections = peers.map((peer) => peerLines(peer, `peer ${shorten(checkedComment(peer.name, 'wireguard, peer'))}`));
  checkedUnique(peers.map((peer) => peer.publicKey), 'public key', 'wireguard');
  checkAllowedIps(peers);
  return joinedLines([...interfaceLines(config.interface, peers), ...sections.flatMap((lines) => ['', ...lines])], 'wireguard');
}

function interfaceLines(settings: WireguardInterface, peers: readonly WireguardPeer[]): string[] {
  const where = 'wireguard, interface';
  if (settings.addresses.length === 0) refuse(where, 'It has no address', 'give at least one, with its prefix length');
  const addresses = settings.addresses.map((address) => checkedHost(address, where).value);
  checkedUnique(addresses, 'address', where);
  const lines = ['# No private key stands here: PostUp loads it from a file of mode 0600.', '[Interface]', `Address = ${addresses.join(', ')}`];
  if (settings.listenPort !== undefined) lines.push(`ListenPort = ${checkedPort(settings.listenPort, where)}`);
  if (settings.mtu !== undefined) lines.push(`MTU = ${checkedInteger(settings.mtu, 576, 65_535, `${where}, MTU`)}`);
  if (settings.dns?.length) lines.push(`DNS = ${settings.dns.map((address) => checkedAddress(address, `${where}, DNS`).value).join(', ')}`);
  lines.push(`PostUp = wg set %i private-key ${keyFile(settings.privateKeyFile ?? PRIVATE_KEY_FILE, `${where}, private key file`)}`);
  for (const peer of peers) {
    if (peer.presharedKeyFile === undefined) continue;
    lines.push(`PostUp = wg set %i peer ${peer.publicKey} preshared-key ${keyFile(peer.presharedKeyFile, `${where}, preshared key file`)}`);
  }
  const hooks = (settings.hooks ?? []).map((hook) => hookCommands(hook, `${where}, hook ${hook.hook}`));
  lines.push(...hooks.map(({ up }) => `PostUp = ${up}`), ...hooks.flatMap(({ down }) => (down === undefined ? [] : [`PostDown = ${down}`])));
  // With SaveConfig wg-quick would write the private key back into this file.
  return [...lines, 'SaveConfig = false'];
}

function hookCommands(hook: WireguardHook, where: string): { readonly up: string; readonly down?: string } {
  const file = checkedPath(hook.file, where);
  if (hook.hook === 'sysctl') return { up: `sysctl -q -p ${file}` };
  return { up: `nft -f ${file}`, down: `nft delete table ${hook.family ?? 'inet'} ${nftName(hook.table, where)}` };
}

function peerLines(peer: WireguardPeer, where: string): string[] {
  if (peer.allowedIps.length === 0) refuse(where, 'It has no allowed IPs', 'give it at least one block: nothing is routed to it otherwise');
  const blocks = peer.allowedIps.map((block) => checkedBlock(block, `${where}, allowed IPs`)).sort((a, b) => a.compare(b)).map((block) => block.value);
  checkedUnique(blocks, 'block', `${where}, allowed IPs`);
  const lines = [`# ${peer.name}`, '[Peer]', `PublicKey = ${checkedPublicKey(peer.publicKey, where)}`, `AllowedIPs = ${blocks.join(', ')}`];
  if (peer.endpoint) lines.push(`Endpoint = ${endpoint(peer.endpoint.host, peer.endpoint.port, `${where}, endpoint`)}`);
  if (peer.persistentKeepalive) lines.push(`PersistentKeepalive = ${wireguardSeconds(peer.persistentKeepalive, `${where}, persistent keepalive`)}`);
  return lines;
}

/** 44 characters of base64 that stand for 32 bytes; their last character before `=` has two bits that must be zero. */
const KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

/** Checks the form of a public key. A private one has the same form, so an error never shows the value. */
export function checkedPublicKey(key: string, where: string): string {
  if (typeof key !== 'string' || !KEY.test(key)) refuse(where, 'The public key is not 44 characters of base64', 'paste the output of `wg pubkey`');
  if (/^A{43}=$/.test(key)) refuse(where, 'The public key is all zeros', 'paste the output of `wg pubkey`');
  return key;
}

function keyFile(path: string, where: string): string {
  if (KEY.test(path)) refuse(where, 'It holds a key itself', 'name the file that holds the key');
  return checkedPath(path, where);
}

function checkedComment(name: string, where: string): string {
  return checkedText(name, where, { maxBytes: 200 });
}

function checkAllowedIps(peers: readonly WireguardPeer[]): void {
  const owners = new Map<string, string>();
  for (const peer of peers) {
    for (const block of peer.allowedIps) {
      const { value } = checkedBlock(block, 'wireguard');
      const owner = owners.get(value);
      if (owner !== undefined) refuse('wireguard', `The peers ${shorten(owner)} and ${shorten(peer.name)} both claim ${value}`, 'give it to one: wg sends it to the last and cuts off the first');
      owners.set(value, peer.name);
    }
  }
}
