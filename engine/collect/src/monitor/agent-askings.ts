import { PveError } from "@orrery/contract";
import type { Row, WatchedGuest } from "@orrery/state";
import { firstWord, numberOf, textOf } from "../answers.ts";
import { Asking } from "./asking.ts";
import type { Ask, Pace } from "./section.ts";

const minuteMs = 60_000;
/** However many agents there are: two requests a cycle. */
const eachMs = 5000;

/** Whether the agent of a guest answers. Mirrors what agent_available of qemu-server says of one that does not. */
const answers = async (ask: Ask, node: string, vmid: number): Promise<boolean> => {
  try {
    await ask("/nodes/{node}/qemu/{vmid}/agent/get-time", { node, vmid });
    return true;
  } catch (error) {
    if (error instanceof PveError && /guest agent is not running/i.test(error.reason)) return false;
    throw error;
  }
};

/** Asks the agents of running guests that are to have one, each about once a minute, less often where there are many. */
export class AgentAskings {
  readonly #ask: Ask;
  readonly #held = new Map<string, Asking<boolean>>();
  readonly #pace: Pace;

  constructor(ask: Ask) {
    this.#ask = ask;
    const held = this.#held;
    const every = (): number => Math.max(minuteMs, held.size * eachMs);
    this.#pace = {
      queue: "slow",
      get every() {
        return every();
      },
      get keep() {
        return 3 * every();
      },
    };
  }

  all(): Iterable<Asking<boolean>> {
    return this.#held.values();
  }

  entries(): Iterable<readonly [vmid: string, asking: Asking<boolean>]> {
    return this.#held;
  }

  /** @param fileOf what is known of a guest's configuration */
  follow(resources: readonly Row[], fileOf: (vmid: string) => WatchedGuest["file"] | undefined, now: number): void {
    const there = new Map<string, string>();
    for (const row of resources) {
      const [vmid, node] = [textOf(row, "vmid"), textOf(row, "node")];
      if (row.type !== "qemu" || row.status !== "running" || vmid === undefined || node === undefined) continue;
      if (numberOf(row, "template") === 1 || firstWord(fileOf(vmid)?.config.agent) !== "1") continue;
      there.set(vmid, node);
    }
    for (const [vmid, { node }] of this.#held) if (there.get(vmid) !== node) this.#held.delete(vmid);
    for (const [vmid, node] of there) {
      if (this.#held.has(vmid)) continue;
      const about = { section: "agents", subject: `qemu/${vmid}`, node, pace: this.#pace };
      const asking = new Asking(about, () => answers(this.#ask, node, Number(vmid)), now);
      // Nothing hangs on it so much that it goes before all else.
      asking.spread(now);
      this.#held.set(vmid, asking);
    }
  }
}
