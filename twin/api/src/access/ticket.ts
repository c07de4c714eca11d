import { createHmac, timingSafeEqual } from "node:crypto";
import type { Twin } from "../twin.ts";

/** Seconds that a ticket lasts, and that it may come from the future. */
const lifetime = 2 * 60 * 60;
const slack = 300;

const hexTime = (seconds: number): string => seconds.toString(16).toUpperCase().padStart(8, "0");

/** Signatures that were worked out last, by what they sign: a ticket comes with every request. */
const recent = new WeakMap<Twin, Map<string, string>>();
const mostRecent = 64;

/** 256 bytes, as long as the product's RSA signature, from the twin's own secret. */
const signature = (twin: Twin, text: string): string => {
  const known = recent.get(twin) ?? new Map<string, string>();
  recent.set(twin, known);
  const before = known.get(text);
  if (before !== undefined) return before;
  const blocks = Array.from({ length: 4 }, (_, index) =>
    createHmac("sha512", twin.secret).update(`${index}:${text}`).digest(),
  );
  const made = Buffer.concat(blocks).toString("base64");
  if (known.size >= mostRecent) known.clear();
  known.set(text, made);
  return made;
};

const same = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const secondsOf = (twin: Twin): number => Math.floor(twin.world.now / 1000);

const assemble = (twin: Twin, prefix: string, content: string): string => {
  const plain = `${prefix}:${content}${content === "" ? "" : ":"}${hexTime(secondsOf(twin))}`;
  return `${plain}::${signature(twin, plain)}`;
};

/** A login ticket: `PVE:alice@pve:HEXTIME::SIGNATURE`. With a challenge, one that only finishes a two-factor login. */
export const newTicket = (twin: Twin, userid: string, challenge?: string): string =>
  assemble(twin, "PVE", challenge === undefined ? userid : `!tfa!${encodeURIComponent(challenge)}:${userid}`);

/** A ticket for one console. */
export const newConsoleTicket = (twin: Twin): string => assemble(twin, "PVEVNC", "");

const verified = (twin: Twin, ticket: string): string | undefined => {
  const split = ticket.lastIndexOf("::");
  if (split < 0) return undefined;
  const plain = ticket.slice(0, split);
  if (!same(ticket.slice(split + 2), signature(twin, plain))) return undefined;
  const time = /:([0-9A-F]{8})$/.exec(plain)?.[1];
  if (time === undefined) return undefined;
  const age = secondsOf(twin) - Number.parseInt(time, 16);
  if (age > lifetime || age < -slack) return undefined;
  return plain.slice(0, -9);
};

/** The user of a good, finished login ticket. */
export const readTicket = (twin: Twin, ticket: string): string | undefined => {
  const body = verified(twin, ticket);
  return body?.startsWith("PVE:") && !body.startsWith("PVE:!tfa!") ? body.slice(4) : undefined;
};

/** The user of a good ticket that still waits for its second factor. */
export const readChallenge = (twin: Twin, ticket: string): string | undefined => {
  const body = verified(twin, ticket);
  return body === undefined ? undefined : /^PVE:!tfa![^:]+:(.+)$/.exec(body)?.[1];
};

const csrfDigest = (twin: Twin, time: string, userid: string): string =>
  createHmac("sha256", twin.secret).update(`csrf:${time}:${userid}`).digest("base64").replace(/=+$/, "");

/** `HEXTIME:DIGEST`: what must come with every call that writes. */
export const newCsrfToken = (twin: Twin, userid: string): string => {
  const time = hexTime(secondsOf(twin));
  return `${time}:${csrfDigest(twin, time, userid)}`;
};

export const csrfHolds = (twin: Twin, userid: string, token: string | undefined): boolean => {
  const [, time = "", digest = ""] = /^([0-9A-F]{8}):(.+)$/.exec(token ?? "") ?? [];
  if (time === "" || !same(digest, csrfDigest(twin, time, userid))) return false;
  const age = secondsOf(twin) - Number.parseInt(time, 16);
  return age <= lifetime + slack && age >= -slack;
};
