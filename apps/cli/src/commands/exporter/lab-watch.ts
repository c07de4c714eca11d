import { type Declared, observe, observeAgain, type Scope } from "@orrery/collect";
import type { PveVersion } from "@orrery/contract";
import { compareLab, partsFor } from "@orrery/plan";
import { type PveClient, systemClock } from "@orrery/pve";
import type { ClusterState } from "@orrery/state";

const everyMs = 600_000;

/** What of a cluster a declaration is about. */
const scopeOf = ({ lab }: Declared, version: PveVersion): Scope => {
  const parts = partsFor(lab, version);
  return {
    cluster: parts.cluster,
    nodes: parts.nodes,
    guestFiles: true,
    guestFirewalls: parts.guestFirewalls ? "in force" : "none",
  };
};

/**
 * Proves a declaration again and again, and compares the cluster with it, every ten minutes until the signal aborts. What
 * cannot be read leaves the last comparison, whose time is told.
 */
export const watchLab = async (
  declared: Declared,
  pve: PveClient<PveVersion>,
  signal: AbortSignal,
  said: (sentence: string) => void,
): Promise<void> => {
  const options = { scope: scopeOf(declared, pve.version), signal, atOnce: 2 };
  let state: ClusterState | undefined;
  let complaint = "";
  while (!signal.aborted) {
    declared.prove(systemClock.now());
    try {
      const seen =
        state === undefined
          ? await observe(pve, systemClock, options)
          : await observeAgain(state, pve, systemClock, options);
      state = seen.state;
      declared.compared(state.at, compareLab(declared.lab, state));
      complaint = "";
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!signal.aborted && message !== complaint)
        said(`The cluster was not compared with the declaration: ${message}`);
      complaint = message;
    }
    await systemClock.sleep(everyMs, signal).catch(() => undefined);
  }
};
