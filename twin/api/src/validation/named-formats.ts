import { privileges } from "../access/privileges.ts";
import { isCidr, isCidrV4, isCidrV6, isDnsName, isIp, isIpv4, isIpv6, netmaskBits } from "./addresses.ts";
import { calendarEventProblem } from "./calendar-event.ts";

/** What is wrong with a text, without the closing newline; undefined when it holds. */
export type NamedFormat = (text: string) => string | undefined;

const matching =
  (pattern: RegExp, problem: string | ((text: string) => string)): NamedFormat =>
  (text) =>
    pattern.test(text) ? undefined : typeof problem === "string" ? problem : problem(text);

const holding =
  (holds: (text: string) => boolean, problem: string | ((text: string) => string)): NamedFormat =>
  (text) =>
    holds(text) ? undefined : typeof problem === "string" ? problem : problem(text);

const looks = (what: string) => `value does not look like a valid ${what}`;

/** Ids of the kind of storages and realms: a letter, then letters, digits, `-_.`, ending in a letter or digit. */
const idOf =
  (kind: string): NamedFormat =>
  (text) => {
    if (text.length < 2) return `${kind} ID '${text}' cannot be shorter than 2 characters`;
    return /^[a-z][a-z0-9\-_.]*[a-z0-9]$/i.test(text) ? undefined : `${kind} ID '${text}' contains illegal characters`;
  };

const anything: NamedFormat = () => undefined;

const volumeId = matching(/^[a-z][a-z0-9\-_.]*[a-z0-9]:(?:.+)$/i, (text) => `unable to parse volume ID '${text}'`);
const absolutePath = (text: string) => text.startsWith("/");
const email =
  /^[a-zA-Z0-9_+\-.]+(?:\+[\w\-.]+)?@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const userName = /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/;
const realmName = /^[A-Za-z][A-Za-z0-9.\-_]+$/;
const vmid = matching(/^[1-9][0-9]{2,8}$/, looks("VM ID"));
const node = matching(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/, looks("node name"));
const configId = matching(/^[a-z][a-z0-9_-]+$/i, (text) => `invalid configuration ID '${text}'`);
const haResource = (text: string): boolean => /^(?:vm|ct):[1-9][0-9]{2,8}$/.test(text);
const bootDevice =
  /^(?:(?:ide[0-3]|scsi(?:[0-9]|[12][0-9]|30)|sata[0-5]|virtio(?:[0-9]|1[0-5]))|net(?:[0-9]|[12][0-9]|3[01])|usb(?:[0-9]|1[0-3])|hostpci(?:[0-9]|1[0-5]))$/;

const pairs =
  (item: NamedFormat): NamedFormat =>
  (text) => {
    if (text === "1") return undefined;
    const [source = "", target] = text.split(":");
    for (const id of target === undefined ? [source] : [source, target]) {
      const problem = item(id);
      if (problem !== undefined) return `entry '${text}' contains invalid ID - ${problem}\n`;
    }
    return undefined;
  };

const storageId = idOf("storage");
const bridgeId = matching(/^[-_.\w\d]+$/, (text) => `invalid bridge ID '${text}'`);

const sdnId =
  (what: string, longest: number): NamedFormat =>
  (text) => {
    if (!/^[a-z][a-z0-9]*[a-z0-9]$/i.test(text)) return `${what} ID '${text}' contains illegal characters`;
    return text.length > longest ? `${what} ID '${text}' can't be more length than ${longest} characters` : undefined;
  };

const poolId: NamedFormat = (text) => {
  const parts = text.split("/");
  if (parts.length > 3) return `pool name '${text}' nested too deep`;
  return parts.every((part) => /^[A-Za-z0-9.\-_]+$/.test(part))
    ? undefined
    : `pool name '${text}' contains invalid characters`;
};

const contentTypes = new Set(["images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import", "none"]);

const portSpec: NamedFormat = (text) => {
  let ports = 0;
  for (const item of text.split(",")) {
    ports += 1;
    const range = /^(\d+):(\d+)$/.exec(item);
    if (range !== null) {
      ports += 1;
      const [from, to] = [Number(range[1]), Number(range[2])];
      if (from > 65535 || to > 65535) return `invalid port '${from > 65535 ? from : to}'`;
      if (from > to) return "backwards range '%d:%d' not allowed, did you mean '%d:%d'?";
    } else if (/^\d+$/.test(item)) {
      if (Number(item) > 65535) return `invalid port '${item}'`;
    } else if (!/^[a-z][a-z0-9-]*$/i.test(item)) {
      return `invalid port '${item}'`;
    }
  }
  return ports > 15 ? "too many entries in port list" : undefined;
};

const addressSpec: NamedFormat = (text) => {
  if (/^\+[^\s]+$/.test(text) || /^(?:dc\/|guest\/|sdn\/)?[a-z][a-z0-9\-_]*$/i.test(text)) return undefined;
  for (const item of text.split(",")) {
    const range = item.split("-");
    const fits = range.length === 2 ? range.every(isIp) : isIp(item) || isCidrV4(item, 0) || isCidrV6(item, 0);
    if (!fits) return `value does not look like a valid IP address or CIDR network`;
  }
  return undefined;
};

const vlanOrRange: NamedFormat = (text) => {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (match === null) return `invalid VLAN configuration '${text}'`;
  for (const tag of [match[1], match[2]]) {
    if (tag !== undefined && (Number(tag) < 2 || Number(tag) > 4094)) return `invalid VLAN tag '${tag}'`;
  }
  if (match[2] !== undefined && Number(match[1]) >= Number(match[2]))
    return `VLAN range must go from lower to higher tag '${text}'`;
  return undefined;
};

const hotplug: NamedFormat = (text) => {
  if (text === "0" || text === "1") return undefined;
  const unknown = text.split(/[,;\0\s]+/).find((one) => !/^(?:network|disk|cpu|memory|usb|cloudinit)?$/.test(one));
  return unknown === undefined ? undefined : `invalid hotplug feature '${unknown}'`;
};

const cpuset: NamedFormat = (text) =>
  /^\s*\d+(?:-\d+)?(?:\s*,\s*\d+(?:-\d+)?)*\s*$/.test(text) ? undefined : "unable to parse cpuset option";

const calendarEvent: NamedFormat = (text) => {
  const problem = calendarEventProblem(text);
  if (problem === undefined) return undefined;
  return `invalid calendar event '${text}' - unable to parse calendar event - ${problem}\n`;
};

const portalDns = holding((text) => {
  const address = text.replace(/^\[(.*)\](?::\d+)?$/, "$1").replace(/^([^:]+):\d+$/, "$1");
  return isIp(address) || isDnsName(address);
}, looks("portal address"));

/** The formats that the product registers by name with a check of its own. Mirrors pve-common, qemu-server, pve-storage and others. */
export const namedFormats: Readonly<Record<string, NamedFormat>> = {
  string: anything,
  urlencoded: matching(/^[-%a-zA-Z0-9_.!~*'()]*$/, (text) => `invalid urlencoded string: ${text}`),
  "pve-configid": configId,
  "pve-storage-id": storageId,
  "pve-bridge-id": bridgeId,
  "storage-pair": pairs(storageId),
  "bridge-pair": pairs(bridgeId),
  "pve-vmid": vmid,
  "pve-node": node,
  "mac-addr": matching(/^[a-f0-9][02468ace](?::[a-f0-9]{2}){5}$/i, looks("unicast MAC address")),
  "mac-prefix": matching(
    /^[a-f0-9][02468ace](?::[a-f0-9]{2}){0,2}:?$/i,
    "value is not a valid unicast MAC address prefix",
  ),
  ipv4: holding(isIpv4, looks("IPv4 address")),
  ipv6: holding(isIpv6, looks("IPv6 address")),
  ip: holding(isIp, looks("IP address")),
  ipv4mask: holding((text) => netmaskBits(text) !== undefined, looks("IP netmask")),
  CIDR: holding(isCidr, looks("CIDR network")),
  CIDRv4: holding(isCidrV4, looks("IPv4 CIDR network")),
  CIDRv6: holding(isCidrV6, looks("IPv6 CIDR network")),
  FullRangeCIDR: holding((text) => isCidrV4(text, 0) || isCidrV6(text, 0), looks("CIDR network")),
  IPorCIDR: holding(
    (text) => isIp(text) || isCidrV4(text, 0) || isCidrV6(text, 0),
    looks("IP address or CIDR network"),
  ),
  IPorCIDRorAlias: holding(
    (text) =>
      /^(?:dc\/|guest\/)?[A-Za-z][A-Za-z0-9\-_]+$/.test(text) || isIp(text) || isCidrV4(text, 0) || isCidrV6(text, 0),
    looks("IP address or CIDR network"),
  ),
  "pve-ipv4-config": holding(
    (text) => /^(?:dhcp|manual)$/.test(text) || isCidrV4(text),
    looks("ipv4 network configuration"),
  ),
  "pve-ipv6-config": holding(
    (text) => /^(?:auto|dhcp|manual)$/.test(text) || isCidrV6(text),
    looks("ipv6 network configuration"),
  ),
  "lxc-ip-with-ll-iface": holding((text) => isIp(text.replace(/%.*$/, "")), looks("IP address")),
  email: matching(email, looks("email address")),
  "email-or-username": holding((text) => email.test(text) || userName.test(text), looks("email address or user name")),
  "dns-name": holding(isDnsName, looks("DNS name")),
  address: holding(
    (text) => isIp(text) || isDnsName(text),
    (text) => `value does not look like a valid address: ${text}`,
  ),
  "ldap-simple-attr": matching(
    /^[a-zA-Z0-9]+$/,
    (text) => `value '${text}' does not look like a simple ldap attribute name`,
  ),
  "pve-iface": matching(/^[a-z][a-z0-9_]{1,20}(?:[:.]\d+)?$/i, (text) => `invalid network interface name '${text}'`),
  "pve-vlan-id-or-range": vlanOrRange,
  "disk-size": matching(/^\d+(?:\.\d+)?[KMGT]?$/, (text) => `value does not look like a valid disk size: ${text}`),
  "pve-startup-order": holding(
    (text) =>
      text !== "" &&
      text.split(",").every((part) => /^\s*$/.test(part) || /^(?:(?:order=)?\d+|up=\d+|down=\d+)$/.test(part)),
    "unable to parse startup options",
  ),
  "pve-tag": matching(/^[a-z0-9_][a-z0-9_\-+.]*$/i, "invalid characters in tag"),
  "pve-task-status-type": matching(/^(?:ok|error|warning|unknown)$/i, (text) => `invalid status '${text}'`),
  "pve-userid": (text) => {
    if (text.length < 3) return `user name '${text}' is too short`;
    if (text.length > 64) return `user name '${text}' is too long (${text.length} > 64)`;
    return userName.test(text) ? undefined : `value '${text}' does not look like a valid user name`;
  },
  "pve-tokenid": matching(
    /^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+![A-Za-z][A-Za-z0-9.\-_]+$/,
    (text) => `value '${text}' does not look like a valid token ID`,
  ),
  "pve-groupid": matching(/^[A-Za-z0-9.\-_]+$/, (text) => `group name '${text}' contains invalid characters`),
  "pve-roleid": matching(/^[A-Za-z0-9.\-_]+$/, (text) => `role name '${text}' contains invalid characters`),
  "pve-poolid": poolId,
  "pve-realm": matching(realmName, () => "value does not look like a valid realm"),
  "pve-priv": holding(
    (text) => privileges.has(text),
    (text) => `invalid privilege '${text}'`,
  ),
  "pve-day-of-week": matching(/^(?:mon|tue|wed|thu|fri|sat|sun)$/, (text) => `invalid day '${text}'`),
  "pve-calendar-event": calendarEvent,
  "pve-volume-id": volumeId,
  "pve-volume-id-or-qm-path": holding(
    (text) =>
      text === "none" ||
      text === "cdrom" ||
      absolutePath(text) ||
      /^[a-z][a-z0-9\-_.]*[a-z0-9]:.+$/i.test(text) ||
      /^(?:iscsi|nbd|rbd):/.test(text),
    (text) => `unable to parse volume ID '${text}'`,
  ),
  "pve-volume-id-or-absolute-path": (text) => (absolutePath(text) ? undefined : volumeId(text)),
  "pve-storage-path": holding(absolutePath, looks("absolute path")),
  "pve-storage-path-in-property-string": holding(
    (text) => absolutePath(text) && !text.includes(","),
    looks("absolute path"),
  ),
  "pve-storage-content": (text) => (contentTypes.has(text) ? undefined : `invalid content type '${text}'`),
  "pve-storage-server": holding((text) => isIp(text) || isDnsName(text), looks("server name or IP address")),
  "pve-storage-portal-dns": portalDns,
  "pve-storage-options": matching(/^[A-Za-z0-9=,_.:/-]+$/, looks("storage mount options")),
  "pve-storage-vgname": idOf("lvm name"),
  "pve-storage-zfs-blocksize": matching(/^\d+[km]?$/i, looks("ZFS block size")),
  "pve-dir-override": matching(/^[a-z]+=[^,.]*$/, (text) => `invalid override '${text}'`),
  "pve-qm-bootdev": matching(bootDevice, (text) => `invalid boot device '${text}'`),
  "pve-qm-bootdisk": anything,
  "pve-cpuset": cpuset,
  "pve-hotplug-features": hotplug,
  "pve-phys-bits": holding(
    (text) => text === "host" || (Number(text) >= 8 && Number(text) <= 64),
    "value must be an integer between 8 and 64 or 'host'",
  ),
  "pve-replication-job-id": matching(/^[1-9][0-9]{2,8}-\d{1,9}$/, looks("replication job id")),
  "pve-ha-resource-or-vm-id": holding(
    (text) => /^[1-9][0-9]{2,8}$/.test(text) || haResource(text),
    (text) =>
      /^[a-z]+:/.test(text)
        ? `invalid HA resource id '${text}'`
        : "value does not look like a valid VM ID or HA resource ID",
  ),
  "pve-ha-resource-id": holding(haResource, (text) => `invalid HA resource id '${text}'`),
  "pve-ha-node": matching(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?::\d+)?$/, looks("ha node")),
  "pve-ha-group-node": matching(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?::\d+)?$/, looks("ha group node")),
  "graphite-path": matching(/^[0-9a-zA-Z_.-]+$/, "value does not look like a valid graphite path"),
  "pve-sdn-zone-id": sdnId("zone", 8),
  "pve-sdn-vnet-id": sdnId("vnet", 8),
  "pve-sdn-controller-id": matching(
    /^[a-z][a-z0-9_-]*[a-z0-9]$/i,
    (text) => `controller ID '${text}' contains illegal characters`,
  ),
  "pve-sdn-dns-id": matching(/^[a-z][a-z0-9]*[a-z0-9]$/i, (text) => `dns ID '${text}' contains illegal characters`),
  "pve-sdn-ipam-id": matching(/^[a-z][a-z0-9]*[a-z0-9]$/i, (text) => `ipam ID '${text}' contains illegal characters`),
  "pve-sdn-subnet-id": anything,
  "pve-sdn-fabric-id": matching(
    /^[a-zA-Z0-9][a-zA-Z0-9-]{0,6}[a-zA-Z0-9]?$/,
    (text) => `fabric ID '${text}' contains illegal characters`,
  ),
  "pve-sdn-route-map-id": matching(
    /^[a-zA-Z0-9][a-zA-Z0-9\-_]*$/,
    (text) => `route map ID '${text}' contains illegal characters`,
  ),
  "pve-sdn-prefix-list-id": matching(
    /^[a-zA-Z0-9][a-zA-Z0-9\-_]*$/,
    (text) => `prefix list ID '${text}' contains illegal characters`,
  ),
  "pve-sdn-fabric-wireguard-interface": anything,
  "pve-sdn-isis-net": matching(/^[a-fA-F0-9]{2}(?:\.[a-fA-F0-9]{4}){3,9}\.[a-fA-F0-9]{2}$/, looks("isis net format")),
  "pve-sdn-bgp-rt": matching(/^\d+:\d+$/, looks("route-target")),
  "pve-fw-addr-spec": addressSpec,
  "pve-fw-sport-spec": portSpec,
  "pve-fw-dport-spec": portSpec,
  "pve-fw-protocol-spec": matching(/^(?:\d{1,3}|[a-z][a-z0-9+._-]*)$/i, (text) => `unknown protocol '${text}'`),
  "pve-fw-icmp-type-spec": anything,
  "pve-fw-conntrack-helper": matching(
    /^(?:amanda|ftp|irc|netbios-ns|pptp|sane|sip|snmp|tftp)$/,
    (text) => `unknown conntrack helper '${text}'`,
  ),
  "pve-lxc-dev-string": anything,
  "pve-lxc-mp-string": anything,
  "pve-ct-timezone": anything,
  "pem-certificate-chain": matching(
    /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/,
    looks("PEM certificate chain"),
  ),
  "pem-string": matching(/-----BEGIN .+-----[\s\S]+-----END .+-----/, looks("PEM string")),
  "pve-acme-domain": holding(isDnsName, (text) => `value '${text}' does not look like a valid domain name`),
  "pve-acme-alias": holding(isDnsName, (text) => `value '${text}' does not look like a valid alias`),
  "pve-command-batch": (text) => {
    try {
      return Array.isArray(JSON.parse(text)) ? undefined : "commands must be array";
    } catch {
      return "commands is not valid JSON";
    }
  },
};
