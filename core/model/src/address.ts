import { z } from "zod";

/** Dotted quad as a 32-bit number, or undefined where the text is none. */
export const parseIpv4 = (text: string): number | undefined => {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
};

export const formatIpv4 = (value: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

export type Subnet = { readonly first: number; readonly last: number; readonly prefix: number; readonly text: string };

/** `10.25.10.0/24`; undefined where the text is none, or has bits set behind its prefix. */
export const parseSubnet = (text: string): Subnet | undefined => {
  const [address = "", prefixText = "", ...rest] = text.split("/");
  const first = parseIpv4(address);
  const prefix = /^(\d|[12]\d|3[0-2])$/.test(prefixText) ? Number(prefixText) : undefined;
  if (first === undefined || prefix === undefined || rest.length > 0) return undefined;
  const hosts = 2 ** (32 - prefix);
  return first % hosts === 0 ? { first, last: first + hosts - 1, prefix, text } : undefined;
};

export const inSubnet = (subnet: Subnet, address: number): boolean => address >= subnet.first && address <= subnet.last;

/** Whether a text is a dotted quad. */
export const isIpv4 = (text: unknown): text is `${number}.${number}.${number}.${number}` =>
  typeof text === "string" && parseIpv4(text) !== undefined;

export const ipv4 = z
  .custom<`${number}.${number}.${number}.${number}`>(isIpv4, {
    error: 'expected an IPv4 address such as "10.25.10.3"; transcribe one that is none with asWritten("…")',
  })
  .transform((text): string => text);

export const cidr = z
  .custom<`${number}.${number}.${number}.${number}/${number}`>(
    (value) => typeof value === "string" && parseSubnet(value) !== undefined,
    { error: 'expected a subnet such as "10.25.10.0/24" with no host bits set' },
  )
  .transform((text): string => text);

export const mac = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/, 'expected a MAC address such as "BC:24:11:00:00:01"')
  .transform((text) => text.toUpperCase());
