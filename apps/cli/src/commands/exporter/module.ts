import { PveError, type PveVersion, pveVersionOf } from "@orrery/contract";
import { type Credentials, connectPve, type PveClient, type Trust } from "@orrery/pve";

/** A way to ask clusters: who asks, whom it may ask, and why the other side is believed. */
export type ExporterModule = {
  readonly name: string;
  readonly credentials: Credentials;
  readonly trust: Trust;
  /** Addresses as `targetUrl` gives them. Nothing else is ever sent the credentials. */
  readonly targets: readonly string[];
  /** The targets are doors to one cluster, rather than a cluster each. */
  readonly oneCluster: boolean;
};

/** A client that speaks the release of the cluster. Rejects with a `PveError` where it does not answer. */
export const connectModule = async (module: ExporterModule, target: string): Promise<PveClient<PveVersion>> => {
  const urls = module.oneCluster ? [target, ...module.targets.filter((url) => url !== target)] : [target];
  const clientOf = <V extends PveVersion>(version: V): PveClient<V> =>
    connectPve({
      version,
      endpoints: [
        { url: urls[0] ?? target, trust: module.trust },
        ...urls.slice(1).map((url) => ({ url, trust: module.trust })),
      ],
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
