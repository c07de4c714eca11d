import { rootCertificates, type TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import { PveConfigurationError } from "./configuration-error.ts";

/** Why a node is believed to be the one it says it is. There is no way to believe it without a reason. */
export type Trust =
  /** Its certificate was issued by this authority (`/etc/pve/pve-root-ca.pem`), or by a public one, for the host that is called. */
  | { readonly kind: "ca"; readonly pem?: string | undefined }
  /** Its certificate is this one, by SHA-256 (`pvenode cert info`): colons and case do not matter. Names and dates are not looked at. */
  | { readonly kind: "fingerprint"; readonly sha256: string };

/** No connection that may be spoken on: nothing of the request was sent. */
export class ConnectFailure extends Error {
  override readonly name = "ConnectFailure";
  readonly kind: "unreachable" | "untrusted";

  constructor(kind: ConnectFailure["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Upper-case hex pairs with colons, as Node and Proxmox print them. */
const canonical = (sha256: string): string => {
  const digits = sha256.replace(/[:\s]/g, "").toUpperCase();
  if (/^[0-9A-F]{64}$/.test(digits)) return digits.replace(/(..)(?!$)/g, "$1:");
  const hint = "Take the SHA-256 line of `pvenode cert info` on the node: 64 hexadecimal digits.";
  throw new PveConfigurationError("pve-fingerprint", "The pinned fingerprint is no SHA-256 fingerprint.", hint);
};

const certificateCode =
  /^(CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|ERROR_IN_CERT|INVALID_|HOSTNAME_MISMATCH|PATH_LENGTH)/;

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

const connectFailure = (error: Error): ConnectFailure => {
  const code = codeOf(error);
  if (!certificateCode.test(code)) return new ConnectFailure("unreachable", error.message || code);
  return new ConnectFailure("untrusted", `its certificate is not trusted: ${error.message}`);
};

const isTls = (socket: object): socket is TLSSocket => "getPeerX509Certificate" in socket;

/** What is wrong with the certificate that the other side showed, by the pin. */
const pinProblem = (socket: object, pinned: string): string | undefined => {
  const shown = isTls(socket) ? socket.getPeerX509Certificate()?.fingerprint256 : undefined;
  if (shown === pinned) return undefined;
  return `its certificate is not the pinned one: pinned ${pinned}, shown ${shown ?? "none"}`;
};

/** Opens TLS connections that are handed out only when the other side is trusted. `connectMs` bounds the handshake. */
export const trustedConnector = (trust: Trust, connectMs: number): buildConnector.connector => {
  const pinned = trust.kind === "fingerprint" ? canonical(trust.sha256) : undefined;
  const connect = buildConnector({
    timeout: connectMs,
    // A resumed session would show no certificate; HTTP/2 has no reason phrase, where Proxmox says what is wrong.
    maxCachedSessions: 0,
    allowH2: false,
    // With a pin, the chain does not matter: the certificate itself is compared before the socket is handed out.
    rejectUnauthorized: pinned === undefined,
    ca: trust.kind === "ca" ? (trust.pem ?? [...rootCertificates]) : [],
  });
  return (options, callback) => {
    connect(options, (error, socket) => {
      if (error !== null) return callback(connectFailure(error), null);
      const problem = pinned === undefined ? undefined : pinProblem(socket, pinned);
      if (problem === undefined) return callback(null, socket);
      socket.destroy();
      callback(new ConnectFailure("untrusted", problem), null);
    });
  };
};
