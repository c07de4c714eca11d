import { PveError, type PveVersion, pveVersionOf } from "@orrery/contract";
import { type Credentials, connectPve, type Endpoint, type PveClient, type Trust } from "@orrery/pve";

/** A way to ask clusters: who asks, whom it may ask, and why the other side is believed. */
export type ExporterModule = {
  readonly name: string;
  readonly credentials: Credentials;
  /** Why the other side is believed, by target. */
  readonly trustOf: (target: string) => Trust;
  /** Addresses as `targetUrl` gives them. Nothing else is ever sent the credentials. */
  readonly targets: readonly string[];
  /** The targets are doors to one cluster, rather than a cluster each. */
  readonly oneCluster: boolean;
};

/** A client that speaks the release of the cluster. Rejects with a `PveError` where it does not answer. */
export const connectModule = async (module: ExporterModule, target: string): Promise<PveClient<PveVersion>> => {
  const others = module.oneCluster ? module.targets.filter((url) => url !== target) : [];
  const endpointOf = (url: string): Endpoint => ({ url, trust: module.trustOf(url) });
  const clientOf = <V extends PveVersion>(version: V): PveClient<V> =>
    connectPve({
      version,
      endpoints: [endpointOf(target), ...others.map(endpointOf)],
      credentials: module.credentials,
      rounds: 1,
      connectMs: 3000,
    });
  const first = clientOf("9.2");
  try {
    const { version: text } = await first.get("/version", {}, { withinMs: 8000 });
    const version = pveVersionOf(text);
    if (version === "9.2") return first;
    if (version === undefined)
      throw new PveError({
        kind: "broken-answer",
        status: 200,
        reason: `the cluster runs Proxmox VE ${text}, and Orrery speaks 8 and 9`,
        method: "GET",
        path: "/version",
      });
    await first.close();
    return clientOf(version);
  } catch (error) {
    await first.close();
    throw error;
  }
};
