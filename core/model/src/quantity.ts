import { z } from "zod";
import type { Seconds } from "./calendar/index.ts";

declare const unit: unique symbol;
/** A number that remembers its unit for the type checker: bytes are not seconds. Arithmetic gives a plain number again. */
type Quantity<U extends string> = number & { readonly [unit]?: U };

export type Bytes = Quantity<"bytes">;
/** Of links and uplinks. */
export type BitsPerSecond = Quantity<"bits/s">;
/** Of disks and backups. */
export type BytesPerSecond = Quantity<"bytes/s">;
/** 0..1. */
export type Ratio = Quantity<"ratio">;

const sizes = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
} as const;
const linkRates = { "bit/s": 1, Kbps: 1e3, Mbps: 1e6, Gbps: 1e9 } as const;
const throughputs = {
  "B/s": 1,
  "MiB/s": 2 ** 20,
  "GiB/s": 2 ** 30,
  "KB/s": 1e3,
  "MB/s": 1e6,
  "GB/s": 1e9,
} as const;
const durations = { s: 1, min: 60, h: 3_600, d: 86_400, w: 604_800 } as const;

/** `64 GiB` is binary, as Proxmox counts; `2 TB` is decimal, as disks are sold. */
export type Size = `${number} ${keyof typeof sizes}`;
/** `2.5 Gbps`: decimal bits. */
export type LinkRate = `${number} ${keyof typeof linkRates}`;
/** `450 MB/s`. */
export type Throughput = `${number} ${keyof typeof throughputs}`;
/** `15 min`, `24 h`, `14 d`. A day is 24 h and a week 168 h here; calendars are schedules. */
export type Duration = `${number} ${keyof typeof durations}`;

const quantity = <T extends string, Q extends number>(units: Record<string, number>, example: T, what: string) =>
  z
    .custom<T>((value) => typeof value === "string", { error: `expected ${what} such as "${example}"` })
    .transform((text, context): Q => {
      const match = /^(\d+(?:\.\d+)?) ?([A-Za-z/]+)$/.exec(text);
      const factor =
        match?.[2] === undefined ? undefined : Object.hasOwn(units, match[2]) ? units[match[2]] : undefined;
      const value = Number(match?.[1]) * (factor ?? Number.NaN);
      if (Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER) return value as Q;
      const known = Object.keys(units).join(", ");
      context.addIssue({
        code: "custom",
        message: `expected ${what} such as "${example}" (units: ${known}), got "${text}"`,
      });
      return z.NEVER;
    });

export const size = quantity<Size, Bytes>(sizes, "64 GiB", "a size");
export const linkRate = quantity<LinkRate, BitsPerSecond>(linkRates, "2.5 Gbps", "a link rate");
export const throughput = quantity<Throughput, BytesPerSecond>(throughputs, "450 MB/s", "a throughput");
export const duration = quantity<Duration, Seconds>(durations, "15 min", "a duration");

export const percent = z
  .custom<`${number} %`>((value) => typeof value === "string" && /^\d+(\.\d+)? ?%$/.test(value), {
    error: 'expected a percentage such as "80 %"',
  })
  .transform((text): Ratio => Number.parseFloat(text) / 100);

const trim = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
const scaled = (value: number, steps: readonly (readonly [number, string])[]): string => {
  const [factor, name] = steps.find(([least]) => Math.abs(value) >= least) ?? steps.at(-1) ?? [1, ""];
  return `${trim(value / factor, 2)} ${name}`;
};

/** `1.5 GiB`: binary, as Proxmox shows. */
export const formatBytes = (bytes: Bytes): string =>
  scaled(bytes, [
    [sizes.TiB, "TiB"],
    [sizes.GiB, "GiB"],
    [sizes.MiB, "MiB"],
    [sizes.KiB, "KiB"],
    [1, "B"],
  ]);

const exact = ["TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB"] as const;

/** `512 MiB`, `256 GB` of what is sold by the decimal: to the byte, in the unit that says it shortest, to be parsed again. */
export const exactSize = (bytes: Bytes): Size => {
  const whole = exact.filter((unit) => bytes >= sizes[unit] && bytes % sizes[unit] === 0);
  const texts = whole.map((unit): Size => `${bytes / sizes[unit]} ${unit}`);
  return texts.reduce((best, text) => (text.length < best.length ? text : best), `${bytes} B`);
};

export const formatLinkRate = (rate: BitsPerSecond): string =>
  scaled(rate, [
    [1e9, "Gbps"],
    [1e6, "Mbps"],
    [1e3, "Kbps"],
    [1, "bit/s"],
  ]);

/** `25 h`, `15 min`, `40 s`: the largest unit that keeps it short; days from 3 d on. */
export const formatSeconds = (seconds: Seconds): string => {
  const size = Math.abs(seconds);
  if (size >= 259_200) return `${trim(seconds / 86_400, 1)} d`;
  if (size >= 5_400) return `${trim(seconds / 3_600, 1)} h`;
  if (size >= 60) return `${trim(seconds / 60, 1)} min`;
  return `${trim(seconds, 1)} s`;
};

export const formatRatio = (ratio: Ratio): string => `${trim(ratio * 100, 1)} %`;
