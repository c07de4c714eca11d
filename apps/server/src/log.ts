import type { FastifyRequest } from "fastify";

/** Where lines of the log go; standard error unless told. */
export type LogOptions = {
  readonly level: "silent" | "error" | "warn" | "info" | "debug";
  readonly stream?: { readonly write: (line: string) => void };
};

const censored = ["password", "secret", "token", "cookie", "authorization", "csrf", "code"];

/**
 * Structured lines, for pino. Of a request the path alone is told: a query may hold what is nobody's business, headers and
 * bodies do. What is called a secret is starred out wherever it is.
 */
export const logging = ({ level, stream = process.stderr }: LogOptions) => ({
  level,
  stream,
  redact: {
    paths: censored.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: "**********",
  },
  serializers: {
    req: (request: FastifyRequest) => ({
      method: request.method,
      path: request.url.split("?", 1)[0],
      from: request.ip,
    }),
  },
});
