import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "./certificates.ts";

/** A request as the server got it. */
export interface Received {
  readonly method: string;
  /** With its query, without `/api2/json`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly form: URLSearchParams;
}

export type Behaviour = (request: Received, response: ServerResponse) => void | Promise<void>;

/** A real HTTPS server on the loopback that does what it is told, well or badly. */
export interface HttpsNode {
  readonly url: string;
  readonly sha256: string;
  readonly received: Received[];
  /** Shows another certificate to whoever connects from now on. */
  show(certificate: Certificate): void;
  /** Ends it as a power loss would. */
  stop(): Promise<void>;
}

/** Answers as pveproxy does: the sentence in the reason phrase, and the body as JSON. */
export const answer = (response: ServerResponse, body: unknown, status = 200, reason = "OK"): void => {
  response.writeHead(status, reason, { "content-type": "application/json;charset=UTF-8" });
  response.end(JSON.stringify(body));
};

export const startNode = async (certificate: Certificate, behave: Behaviour): Promise<HttpsNode> => {
  const received: Received[] = [];
  const server = createServer(
    { key: certificate.key, cert: certificate.pem, keepAliveTimeout: 5000 },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("error", () => undefined);
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const one = {
          method,
          path: url.replace(/^\/api2\/json/, ""),
          headers,
          form: new URLSearchParams(Buffer.concat(chunks).toString()),
        };
        received.push(one);
        void behave(one, response);
      });
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    sha256: certificate.sha256,
    received,
    show: ({ key, pem }) => server.setSecureContext({ key, cert: pem }),
    stop: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
};
