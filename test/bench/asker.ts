import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";

type Answered = { readonly bytes: number };

/** A connection that is kept and asks one question again and again, reading no more of the answers than it must. */
class Asker {
  readonly #socket: TLSSocket;
  readonly #question: string;
  #left = 0;
  #head = "";
  #bytes = 0;
  #done: ((answered: Answered) => void) | undefined;

  constructor(socket: TLSSocket, question: string) {
    this.#socket = socket;
    this.#question = question;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#left > 0) this.#left -= chunk.length;
    else {
      this.#head += chunk.toString("latin1");
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) return;
      if (!this.#head.startsWith("HTTP/1.1 200")) throw new Error(this.#head.slice(0, 200));
      const length = Number(/content-length: (\d+)/i.exec(this.#head)?.[1] ?? 0);
      this.#left = length - (this.#head.length - end - 4);
      this.#head = "";
    }
    if (this.#left > 0) return;
    const bytes = this.#bytes;
    this.#bytes = 0;
    this.#done?.({ bytes });
  }

  ask(): Promise<Answered> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#socket.write(this.#question);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A connection to a URL, for one path, by a token. */
export const open = async (url: string, path: string, token: string, gzip: boolean): Promise<Asker> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const headers = [
    `GET ${path} HTTP/1.1`,
    `Host: ${hostname}`,
    `Authorization: PVEAPIToken=${token}`,
    ...(gzip ? ["Accept-Encoding: gzip"] : []),
  ];
  return new Asker(socket, `${headers.join("\r\n")}\r\n\r\n`);
};
