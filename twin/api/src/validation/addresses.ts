const octet = "(?:25[0-5]|(?:2[0-4]|1[0-9]|[1-9])?[0-9])";
const ipv4 = new RegExp(`^(?:${octet}\\.){3}${octet}$`);

export const isIpv4 = (text: string): boolean => ipv4.test(text);

export const isIpv6 = (text: string): boolean => {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(":")) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = (part: string): number | undefined => {
    if (part === "") return 0;
    const pieces = part.split(":");
    let count = 0;
    for (const [index, piece] of pieces.entries()) {
      if (piece.includes(".")) {
        if (index !== pieces.length - 1 || !isIpv4(piece)) return undefined;
        count += 2;
      } else {
        if (!/^[0-9a-fA-F]{1,4}$/.test(piece)) return undefined;
        count += 1;
      }
    }
    return count;
  };
  const [head = "", tail] = halves;
  const first = groups(head);
  if (first === undefined) return false;
  if (tail === undefined) return first === 8;
  const second = groups(tail);
  return second !== undefined && first + second <= 7;
};

export const isIp = (text: string): boolean => isIpv4(text) || isIpv6(text);

const splitCidr = (text: string): [address: string, bits: number] | undefined => {
  const match = /^(.+)\/(\d+)$/.exec(text);
  return match === null ? undefined : [match[1] ?? "", Number(match[2])];
};

export const isCidrV4 = (text: string, least = 8): boolean => {
  const cidr = splitCidr(text);
  return cidr !== undefined && isIpv4(cidr[0]) && cidr[1] >= least && cidr[1] <= 32;
};

export const isCidrV6 = (text: string, least = 8): boolean => {
  const cidr = splitCidr(text);
  return cidr !== undefined && isIpv6(cidr[0]) && cidr[1] >= least && cidr[1] <= 128;
};

export const isCidr = (text: string): boolean => isCidrV4(text) || isCidrV6(text);

/** The contiguous netmasks, `0.0.0.0` to `255.255.255.255`. */
export const netmaskBits = (mask: string): number | undefined => {
  if (!isIpv4(mask)) return undefined;
  const bits = mask
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return /^1*0*$/.test(bits) ? bits.replaceAll("0", "").length : undefined;
};

export const isDnsName = (text: string): boolean => {
  const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
  return new RegExp(`^(?:${label}\\.)*${label}$`).test(text);
};
