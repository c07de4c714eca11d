import { answer, type Behaviour, type Received } from "./https-node.ts";

/** What a test may look at and turn. */
export interface Gatekeeper {
  readonly behave: Behaviour;
  /** The passwords that were tried, in order: the real one, tickets, one-time codes. */
  readonly tried: string[];
  readonly tickets: Set<string>;
  /** Requests that got past, by method and path. */
  readonly passed: string[];
}

interface Rules {
  readonly userid: string;
  readonly password: string;
  /** The code that is asked for after the password; a ticket as password needs none. */
  readonly totp?: string;
}

/**
 * Logs in, asks for a second factor and checks tickets and CSRF tokens, in the forms and words of the recordings.
 * Any other path is answered with the user's name.
 */
export const aGatekeeper = ({ userid, password, totp }: Rules): Gatekeeper => {
  const tried: string[] = [];
  const passed: string[] = [];
  const tickets = new Set<string>();
  const challenges = new Set<string>();
  let count = 0;

  const refuse: (response: Parameters<Behaviour>[1]) => void = (response) =>
    answer(response, { data: null, message: "authentication failure\n" }, 401, "authentication failure");

  const admit = (response: Parameters<Behaviour>[1]) => {
    count += 1;
    const ticket = `PVE:${userid}:6B02AF0${count}::Cb6Ovhgt+JDhQ8BvE2UJ8OCrRtJylgvVDD/RQ2s5uu3QK9qj=${count}`;
    tickets.add(ticket);
    answer(response, { data: { username: userid, ticket, CSRFPreventionToken: `6B02AF0${count}:csrf-of-${count}` } });
  };

  const login = ({ form }: Received, response: Parameters<Behaviour>[1]) => {
    const given = form.get("password") ?? "";
    tried.push(given);
    const challenge = form.get("tfa-challenge");
    if (form.get("username") !== userid) return refuse(response);
    if (challenge !== null)
      return challenges.has(challenge) && given === `totp:${totp}` ? admit(response) : refuse(response);
    if (tickets.has(given)) return admit(response);
    if (given !== password) return refuse(response);
    if (totp === undefined) return admit(response);
    const asked = `PVE:!tfa!${encodeURIComponent('{"totp":true,"recovery":["1"]}')}:6B02AF00::c2lnbmF0dXJl`;
    challenges.add(asked);
    return answer(response, { data: { username: userid, ticket: asked, NeedTFA: 1 } });
  };

  const behave: Behaviour = (request, response) => {
    const { method, path, headers } = request;
    if (path === "/access/ticket") return login(request, response);
    const reject = (reason: string) => void response.writeHead(401, reason, { connection: "close" }).end();
    const ticket = decodeURIComponent(/PVEAuthCookie=([^;]*)/.exec(String(headers.cookie))?.[1] ?? "");
    if (ticket === "") return reject("No ticket");
    if (!tickets.has(ticket)) return reject("Authentication failed!");
    const csrf = String(headers.csrfpreventiontoken ?? "");
    if (method !== "GET" && !csrf.endsWith(`csrf-of-${ticket.split("=")[1]}`)) {
      return reject("Permission denied - invalid csrf token");
    }
    passed.push(`${method} ${path}`);
    return answer(response, { data: userid });
  };

  return { behave, tried, tickets, passed };
};
