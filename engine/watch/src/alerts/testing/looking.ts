import type { Message, Notifier, Sample } from "@orrery/alerting";
import type { Monitored } from "@orrery/state";
import type { Look } from "../../look.ts";

const unasked = { kind: "unasked", why: "nobody asks" } as const;

const nothingSeen = (at: number): Monitored => ({
  at,
  cluster: {
    resources: unasked,
    membership: unasked,
    figures: unasked,
    release: unasked,
    votes: unasked,
    qdevice: unasked,
    haStatus: unasked,
    tasks: unasked,
    uncovered: unasked,
  },
  nodes: {},
  backups: {},
  guests: {},
  agents: {},
  parts: [],
  taskEnds: [],
  sections: [],
  requests: 0,
  cycles: 0,
  pace: 1,
});

/** A look at which these nodes are up, or not. None at all: the cluster says nothing. */
export const lookAt = (at: number, nodes: Readonly<Record<string, boolean>>): Look => {
  const ups = Object.entries(nodes).map(
    ([node, isUp]): Sample => ({ metric: "pve_up", labels: { id: `node/${node}` }, value: isUp ? 1 : 0 }),
  );
  const seen: Sample = { metric: "up", labels: { job: "orrery" }, value: ups.length > 0 ? 1 : 0 };
  return {
    cluster: "lab",
    at,
    ok: ups.length > 0,
    state: undefined,
    stale: new Map(),
    seen: nothingSeen(at),
    samples: [seen, ...ups],
    requests: 0,
    tookMs: 1,
  };
};

export type Heard = { readonly id: string; readonly receiver: string; readonly message: Message };

/** Keeps what it is given to send. */
export const listeningNotifier = (): Notifier & { readonly heard: Heard[] } => {
  const heard: Heard[] = [];
  return {
    heard,
    send: (receiver, message, id) => {
      heard.push({ id, receiver: receiver.kind, message });
      return Promise.resolve({ kind: "sent" });
    },
  };
};
