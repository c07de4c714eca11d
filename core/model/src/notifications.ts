import { z } from "zod";
import { localName, text } from "./names.ts";
import { secretSchema } from "./secret.ts";

const every = { comment: text.optional(), disable: z.boolean().optional() };

/** Who gets a mail: addresses, or users whose own address is taken. */
const mail = {
  mailto: z.array(text).optional(),
  "mailto-user": z.array(text).optional(),
  author: text.optional(),
};

/** Where notifications go, by Proxmox's names. */
export const notificationTarget = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("gotify"), ...every, server: text, token: secretSchema }),
    z.strictObject({ type: z.literal("sendmail"), ...every, ...mail, "from-address": text.optional() }),
    z.strictObject({
      type: z.literal("smtp"),
      ...every,
      ...mail,
      server: text,
      port: z.number().int().min(1).max(65_535).optional(),
      mode: z.enum(["insecure", "starttls", "tls"]).optional(),
      username: text.optional(),
      password: secretSchema.optional(),
      "from-address": text,
    }),
    z.strictObject({
      type: z.literal("webhook"),
      ...every,
      url: text,
      method: z.enum(["post", "put", "get"]),
      /** Header by header, in plain text; `{{ secrets.NAME }}` stands for a secret. */
      header: z.record(text, text).optional(),
      /** In plain text, with Proxmox's templates in it. */
      body: text.optional(),
      secret: z.record(localName, secretSchema).optional(),
    }),
  ],
  { error: 'expected a target of the type "gotify", "sendmail", "smtp" or "webhook"' },
);
export type NotificationTarget = z.output<typeof notificationTarget>;

/** Which notifications go to which targets. */
export const notificationMatcher = z.strictObject({
  ...every,
  target: z.array(localName).optional(),
  mode: z.enum(["all", "any"]).optional(),
  "invert-match": z.boolean().optional(),
  /** `exact:type=vzdump`, `regex:hostname=^pve`. */
  "match-field": z.array(text).optional(),
  /** `error`, or several at once: `error,warning`. */
  "match-severity": z.array(text).optional(),
  /** `mon..fri 8-17`. */
  "match-calendar": z.array(text).optional(),
});
export type NotificationMatcher = z.output<typeof notificationMatcher>;

/**
 * Who is told of what. The target `mail-to-root` and the matcher `default-matcher` came with Proxmox: declared, they are
 * changed in what is said of them and nothing else.
 */
export const notifications = z.strictObject({
  targets: z.record(localName, notificationTarget).default({}),
  matchers: z.record(localName, notificationMatcher).default({}),
});
export type Notifications = z.output<typeof notifications>;
