import { Problem } from "../problem.ts";
import type { Twin } from "../twin.ts";
import { csrfHolds, readTicket } from "./ticket.ts";

/** What a request brings to prove who asks. */
export type Credentials =
  | { readonly kind: "none" }
  | { readonly kind: "ticket"; readonly ticket: string; readonly csrf?: string }
  /** The text after `PVEAPIToken=`: `root@pam!ci=SECRET`. */
  | { readonly kind: "token"; readonly token: string };

const open: ReadonlySet<string> = new Set([
  "GET /access/domains",
  "GET /access/ticket",
  "POST /access/ticket",
  "POST /access/vncticket",
  "POST /access/openid/auth-url",
  "POST /access/openid/login",
]);

export const needsLogin = (method: string, path: string): boolean => !open.has(`${method} ${path}`);

const refuse = (reason: string): never => {
  throw new Problem(401, reason, undefined, true);
};

/** False for a user that is missing, disabled or expired. */
export const userIsLive = (twin: Twin, userid: string): boolean => {
  const user = twin.world.access.users[userid];
  if (user === undefined) return false;
  if (userid === "root@pam") return user.enable;
  return user.enable && (user.expire === 0 || user.expire * 1000 > twin.world.now);
};

const identifyToken = (twin: Twin, text: string): string => {
  const match = /^([^\s!]+@[^\s!]+)!([^\s=]+)[=:](.+)$/.exec(text);
  const [, userid = "", tokenid = "", secret = ""] = match ?? [];
  if (!userIsLive(twin, userid)) return refuse("Authentication failed!");
  const token = twin.world.access.users[userid]?.tokens[tokenid];
  if (token === undefined || token.secret !== secret) return refuse("Authentication failed!");
  if (token.expire !== 0 && token.expire * 1000 <= twin.world.now) return refuse("Authentication failed!");
  return `${userid}!${tokenid}`;
};

/** Forms of a browser can upload without the token against forgery. */
const isUpload = (method: string, path: string): boolean =>
  method === "POST" && /^\/nodes\/[^/]+\/storage\/[^/]+\/upload$/.test(path);

/** Who asks; refuses with a bare 401 as the proxy does. */
export const identify = (
  twin: Twin,
  request: { readonly method: string; readonly path: string; readonly credentials: Credentials },
): { readonly name: string; readonly kind: "ticket" | "token" } => {
  const { credentials } = request;
  switch (credentials.kind) {
    case "none":
      return refuse("No ticket");
    case "token":
      return { name: identifyToken(twin, credentials.token), kind: "token" };
    case "ticket": {
      const userid = readTicket(twin, credentials.ticket);
      if (userid === undefined || !userIsLive(twin, userid)) return refuse("Authentication failed!");
      const { method, path } = request;
      if (method !== "GET" && !isUpload(method, path) && !csrfHolds(twin, userid, credentials.csrf)) {
        return refuse("Permission denied - invalid csrf token");
      }
      return { name: userid, kind: "ticket" };
    }
  }
};
