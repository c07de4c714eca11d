import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerHttp, hashPassword, type Twin, twinOf } from "@orrery/twin-api";
import { advanceTo, bareWorld } from "@orrery/twin-world";

export type StartedTwin = {
  readonly twin: Twin;
  readonly port: number;
  readonly password: string;
  /** The certificate that clients are to trust. */
  readonly certificate: string;
  readonly stop: () => Promise<void>;
};

const selfSigned = (): { key: Buffer; cert: Buffer } => {
  const folder = mkdtempSync(join(tmpdir(), "twin-"));
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const subject = ["-subj", "/CN=pve1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  spawnSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, ...subject]);
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
};

/** A bare twin behind HTTPS on a free loopback port, its clock running `speed` times as fast as ours. */
export const startedTwin = async (options: {
  nodes: string[];
  speed?: number;
  seed?: number;
}): Promise<StartedTwin> => {
  const { nodes, speed = 60, seed = 1 } = options;
  const world = bareWorld({ nodes, seed });
  const password = "orrery-others";
  const root = world.access.users["root@pam"];
  if (root) root.password = hashPassword(world, password);
  const twin = twinOf(world, "others");
  const [epoch, began] = [world.now, performance.now()];
  const keepTime = () => advanceTo(world, Math.floor(epoch + (performance.now() - began) * speed));
  const timer = setInterval(keepTime, 50);
  const pair = selfSigned();
  const server = createServer(pair, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      keepTime();
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
      );
      const written = answerHttp(twin, {
        method: request.method ?? "",
        target: request.url ?? "",
        headers,
        body: Buffer.concat(chunks),
        node: nodes[0] ?? "",
      });
      response.writeHead(
        written.status,
        written.reason,
        written.type === undefined ? {} : { "content-type": written.type },
      );
      response.end(written.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const stop = async () => {
    clearInterval(timer);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { twin, port, password, certificate: pair.cert.toString(), stop };
};
