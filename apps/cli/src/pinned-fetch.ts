import { request } from "node:https";
import type { TLSSocket } from "node:tls";

export type PinnedRequest = {
  readonly url: URL;
  readonly method: string;
  /** SHA-256 of the certificate. Without one only a twin on this machine is believed. */
  readonly fingerprint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
};
export type PinnedAnswer = { readonly status: number; readonly body: string };

const digits = (sha256: string): string => sha256.replace(/[:\s]/g, "").toUpperCase();
const isHere = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);

/** One small HTTPS request whose other side is known by its certificate's fingerprint, or is on this machine. */
export const fetchPinned = ({ url, method, fingerprint, headers, body }: PinnedRequest): Promise<PinnedAnswer> =>
  new Promise((resolve, reject) => {
    if (fingerprint === undefined && !isHere(url.hostname)) {
      reject(new Error("a twin on another machine is believed by its fingerprint only: give --fingerprint"));
      return;
    }
    // The certificate itself is compared before anything is sent: the secret goes to nobody else.
    const asked = request(
      url,
      { method, headers, rejectUnauthorized: false, timeout: 10_000, agent: false },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
        answer.on("error", reject);
      },
    );
    asked.on("error", reject);
    asked.on("timeout", () => asked.destroy(new Error("it did not answer within 10 s")));
    asked.on("socket", (socket) => {
      socket.on("secureConnect", () => {
        const shown = (socket as TLSSocket).getPeerX509Certificate()?.fingerprint256;
        if (fingerprint !== undefined && (shown === undefined || digits(shown) !== digits(fingerprint)))
          asked.destroy(new Error("its certificate is not the one with this fingerprint"));
        else asked.end(body);
      });
    });
  });
