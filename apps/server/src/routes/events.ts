import { PassThrough } from "node:stream";
import { z } from "zod";
import { maySee } from "../access/caller.ts";
import type { NumberedEvent } from "../events/event-bus.ts";
import { nothing, type Route, textRoute } from "../http/route.ts";

const beatMs = 15_000;
/** Bytes that a reader may be behind before it is let go: it comes back and asks anew. */
const mostBehind = 1024 * 1024;

const text = ({ number, kind, cluster, data }: NumberedEvent): string =>
  `id: ${number}\nevent: ${kind}\ndata: ${JSON.stringify({ cluster, ...data })}\n\n`;

const events = textRoute({
  id: "streamEvents",
  method: "GET",
  url: "/api/events",
  tag: "Events",
  summary: "what changes, as server-sent events",
  about:
    "`cluster`: there is a newer state, or looking failed. `rehearsal`: a rehearsal went on or ended. `alert`: an alert is pending, fires or is over. `incident`: one was opened, or is otherwise than before. `missed`: events were lost since Last-Event-ID; ask for everything anew. The stream ends with the session, or when the server stops.",
  access: { kind: "role", role: "viewer" },
  ...nothing,
  query: z.strictObject({ cluster: z.string().max(100).optional() }),
  type: "text/event-stream; charset=utf-8",
  handle: ({ query, caller, exchange, services }) => {
    const stream = new PassThrough();
    const wanted = ({ cluster }: NumberedEvent): boolean =>
      maySee(caller, cluster) && (query.cluster === undefined || query.cluster === cluster);
    const write = (chunk: string): void => {
      if (stream.writableLength > mostBehind) stream.destroy();
      else if (!stream.destroyed) stream.write(chunk);
    };
    const told = Number(exchange.asked("last-event-id") ?? Number.NaN);
    const missed = Number.isSafeInteger(told) ? services.events.after(told) : [];
    write("retry: 3000\n\n");
    if (missed === undefined) write(`id: ${services.events.last}\nevent: missed\ndata: {}\n\n`);
    for (const event of missed ?? []) if (wanted(event)) write(text(event));
    const unlisten = services.events.listen((event) => {
      if (wanted(event)) write(text(event));
    });
    const end = (): void => void stream.end();
    // Whoever is no longer let in hears no more, within a beat.
    const beat = setInterval(() => {
      services.signIn.stillGood(caller).then(
        (isGood) => (isGood ? write(": \n\n") : end()),
        () => end(),
      );
    }, beatMs);
    services.stopping.addEventListener("abort", end);
    stream.on("close", () => {
      clearInterval(beat);
      unlisten();
      services.stopping.removeEventListener("abort", end);
    });
    if (services.stopping.aborted) end();
    return stream;
  },
});

export const eventRoutes: readonly Route[] = [events];
