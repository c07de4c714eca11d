import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Exchange } from "@orrery/collect";
import type { Lab } from "@orrery/model";
import { contentTypes, formatFor, takesGzip } from "@orrery/telemetry";
import type { ExporterModule } from "./module.ts";
import { OwnMetrics } from "./own-metrics.ts";
import { targetUrl } from "./target.ts";
import { Watches } from "./watches.ts";

export type ExporterOptions = {
  readonly host: string;
  readonly port: number;
  readonly modules: readonly ExporterModule[];
  readonly guests: boolean;
  readonly backups: boolean;
  /** What the cluster is held against, where there is one cluster. */
  readonly lab: Lab | undefined;
  /** Told of what went wrong, a sentence each. */
  readonly said: (sentence: string) => void;
};

export type RunningExporter = {
  /** `http://127.0.0.1:9221` */
  readonly url: string;
  /** Begins to watch what needs no naming, before anybody asks. */
  readonly begin: () => void;
  readonly stop: () => Promise<void>;
};

/** An answer that is not metrics. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const isWanted = (value: string | null): boolean => !["false", "0", ""].includes((value ?? "1").toLowerCase());

/** A page must come before Prometheus gives up, 10 s unless told. */
const patienceMs = 9000;

const within = async <T>(work: Promise<T>, why: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal(504, why)), patienceMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

class Exporter {
  readonly #options: ExporterOptions;
  readonly #own: OwnMetrics;
  readonly #watches: Watches;
  readonly #complaints = new Map<string, string>();

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#own = new OwnMetrics(options.modules.map(({ name }) => name));
    const { guests, backups, lab, said } = options;
    const told = (exchange: Exchange): void => this.#own.told(exchange);
    this.#watches = new Watches({ guests, backups, lab, said, told });
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    this.#route(request, response).catch((error: unknown) => {
      const status = error instanceof Refusal ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
    });
  };

  begin(): void {
    for (const module of this.#options.modules) {
      const [target] = module.targets;
      if (module.oneCluster && target !== undefined) this.#watches.of(module, target);
    }
  }

  close(): Promise<void> {
    return this.#watches.close();
  }

  /** Once for each new thing that is wrong with a target. */
  #complain(target: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (this.#complaints.get(target) === message) return;
    this.#complaints.set(target, message);
    this.#options.said(`${target}: ${message}`);
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://exporter");
    if (request.method !== "GET" && request.method !== "HEAD")
      throw new Refusal(405, "Only GET and HEAD are answered.");
    switch (pathname) {
      case "/":
        response
          .writeHead(200, { "content-type": "text/plain; charset=utf-8" })
          .end("Orrery exporter\n/pve?target=&module=&cluster=1&node=1  a cluster\n/metrics  the exporter itself\n");
        return;
      case "/metrics": {
        const format = formatFor(request.headers.accept);
        response.writeHead(200, { "content-type": contentTypes[format] }).end(this.#own.page().text(format));
        return;
      }
      case "/pve":
        return this.#pve(searchParams, request, response);
      default:
        throw new Refusal(404, `There is no ${pathname}. There are /pve and /metrics.`);
    }
  }

  #moduleOf(name: string): ExporterModule {
    const { modules } = this.#options;
    const module = modules.find((one) => one.name === name);
    if (module !== undefined) return module;
    throw new Refusal(400, `There is no module "${name}". There are: ${modules.map((one) => one.name).join(", ")}.`);
  }

  #targetOf(module: ExporterModule, asked: string | null): string {
    const [first] = module.targets;
    if (asked === null && first !== undefined) return first;
    const url = targetUrl(asked ?? "localhost");
    if (url !== undefined && module.targets.includes(url)) return url;
    throw new Refusal(
      403,
      `The module ${module.name} may not ask ${JSON.stringify(asked)}: list it under its targets. Nothing was sent there.`,
    );
  }

  async #pve(asked: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now();
    const module = this.#moduleOf(asked.get("module") ?? "default");
    const target = this.#targetOf(module, asked.get("target"));
    const wanted = { cluster: isWanted(asked.get("cluster")), node: isWanted(asked.get("node")) };
    const labels = [asked.get("target") ?? target, wanted.cluster ? "1" : "0", wanted.node ? "1" : "0"];
    try {
      const format = formatFor(request.headers.accept);
      const gzipped = takesGzip(request.headers["accept-encoding"]);
      const page = await within(
        this.#watches.of(module, target).cluster.page(wanted, format, gzipped),
        `${target} did not answer within ${patienceMs / 1000} s.`,
      );
      if (page.kind === "dark") throw new Refusal(503, `Nothing is known of the cluster at ${target}: ${page.why}.`);
      this.#complaints.delete(target);
      response
        .writeHead(200, {
          "content-type": contentTypes[format],
          "content-length": page.body.length,
          vary: "accept, accept-encoding",
          ...(gzipped ? { "content-encoding": "gzip" } : {}),
        })
        .end(page.body);
      this.#own.collections.observe([module.name], (performance.now() - began) / 1000);
    } catch (error) {
      this.#own.errors.add([module.name]);
      this.#own.scrapeErrors.add(labels);
      this.#complain(target, error);
      throw error instanceof Refusal ? error : new Refusal(503, error instanceof Error ? error.message : String(error));
    } finally {
      this.#own.scrapes.observe(labels, (performance.now() - began) / 1000);
    }
  }
}

const listening = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

/** Starts an exporter. Rejects where it cannot listen. */
export const startExporter = async (options: ExporterOptions): Promise<RunningExporter> => {
  const exporter = new Exporter(options);
  const server = createServer(exporter.answer);
  try {
    await listening(server, options.host, options.port);
  } catch (error) {
    await exporter.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}`,
    begin: () => exporter.begin(),
    // Whoever is being answered is answered; idle connections end at once.
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
      await exporter.close();
    },
  };
};
