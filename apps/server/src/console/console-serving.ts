import type { FastifyInstance, FastifyReply } from "fastify";
import { Refusal } from "../http/refusal.ts";
import type { ConsoleFiles } from "./console-files.ts";

/** What stands where the console would be. */
const unbuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Orrery</title>
<link rel="stylesheet" href="/api/docs.css"></head>
<body><h1>The console is not built</h1>
<p>Run <code>npm run build -w @orrery/console</code> and start the server again. The API works without it:
<a href="/api/docs">what there is to ask</a>.</p></body></html>
`;

/** Paths at which the console shows something: they are its own, and no other path leads to it. */
const pages = ["/", "/sign-in", "/c/:cluster", "/c/:cluster/*"] as const;

const send = (reply: FastifyReply, { headers, body }: ReturnType<ConsoleFiles["page"]>): FastifyReply =>
  reply.headers(headers).send(body);

/**
 * Serves the console. It is open, like a sign at the door: it is the same for everybody, and all that it shows it asks
 * the API for, as the person who is signed in.
 */
export const serveConsole = (
  app: FastifyInstance,
  files: ConsoleFiles | undefined,
  limit: (address: string) => void,
): void => {
  const onRequest = async ({ ip }: { readonly ip: string }): Promise<void> => limit(ip);
  if (files === undefined) {
    app.get("/", { onRequest }, (_request, reply) => reply.type("text/html; charset=utf-8").send(unbuilt));
    return;
  }
  for (const path of pages) app.get(path, { onRequest }, (_request, reply) => send(reply, files.page()));
  app.get<{ Params: { name: string } }>("/assets/:name", { onRequest }, (request, reply) => {
    const { "accept-encoding": accepts } = request.headers;
    const found = files.asset(request.params.name, Array.isArray(accepts) ? accepts.join() : accepts);
    if (found === undefined)
      throw new Refusal("not-found", "There is no such file: the console was built anew. Reload.");
    return send(reply, found);
  });
};
