import type { Message } from "@orrery/alerting";
import { createTransport } from "nodemailer";
import { type Attempt, codeOf } from "./attempt.ts";

type Mail = Extract<Message, { kind: "email" }>;

/** A mail server, with its password read. */
export type MailServer = {
  /** `smtp.example:587`; on port 465 TLS comes first, on others by STARTTLS where the server has it. */
  readonly server: string;
  readonly account?: { readonly user: string; readonly pass: string };
  /** PEM: an authority that is believed beside the public ones. */
  readonly authority?: string;
};

const placeOf = (server: string): { readonly host: string; readonly port: number } | undefined => {
  const [, host = "", port = ""] = /^(\[[\da-fA-F:]+\]|[\w.-]+):(\d{1,5})$/.exec(server) ?? [];
  return host === "" || Number(port) > 65_535 ? undefined : { host: host.replaceAll(/[[\]]/g, ""), port: Number(port) };
};

const responseCodeOf = (error: unknown): number | undefined => {
  const code: unknown = error instanceof Error ? Reflect.get(error, "responseCode") : undefined;
  return typeof code === "number" ? code : undefined;
};

/** What a server says of a mail that it does not take. 4xx: later. */
const failureOf = (error: unknown, server: string): Attempt => {
  const code = codeOf(error);
  const status = responseCodeOf(error);
  // What it answers to a sign-in may quote it.
  if (code === "EAUTH" && (status === undefined || status >= 500))
    return { kind: "refused", why: `${server} takes neither the user nor the password` };
  if (status !== undefined) {
    const why = `${server} answered ${status} (${code})`;
    return status >= 500 ? { kind: "refused", why } : { kind: "missed", why };
  }
  return { kind: "missed", why: `${server} cannot be reached: ${code}` };
};

/** Sends one mail. It goes to all, or the first who is refused is told. */
export const mail = async (
  { from, to, subject, text, html }: Mail,
  { server, account, authority }: MailServer,
  id: string,
  withinMs: number,
): Promise<Attempt> => {
  const place = placeOf(server);
  if (place === undefined) return { kind: "refused", why: `${server} is no HOST:PORT` };
  const transport = createTransport({
    ...place,
    secure: place.port === 465,
    // A password never goes over a line that others can read.
    requireTLS: account !== undefined,
    ...(account === undefined ? {} : { auth: account }),
    ...(authority === undefined ? {} : { tls: { ca: authority } }),
    connectionTimeout: withinMs,
    greetingTimeout: withinMs,
    socketTimeout: withinMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([\w.-]+)>?$/.exec(from)?.[1] ?? "orrery";
  try {
    const sent = await transport.sendMail({
      from,
      to: [...to],
      subject,
      text,
      html,
      // The same for the same mail: mail systems show it once.
      messageId: `<${id}@${domain}>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
    const [first] = sent.rejected;
    return first === undefined
      ? { kind: "sent" }
      : { kind: "refused", why: `${server} takes no mail for ${typeof first === "string" ? first : first.address}` };
  } catch (error) {
    return failureOf(error, server);
  } finally {
    transport.close();
  }
};
