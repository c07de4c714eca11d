const within = (cluster: string, ...steps: readonly (string | number)[]): string =>
  ["/c", cluster, ...steps].map((step, index) => (index === 0 ? step : encodeURIComponent(step))).join("/");

/** Where each subject has its page. */
export const addressOf = {
  node: (cluster: string, node: string): string => within(cluster, "nodes", node),
  guest: (cluster: string, vmid: number): string => within(cluster, "guests", vmid),
  incident: (cluster: string, incident: string): string => within(cluster, "incidents", incident),
  /** `node`: whose it is, of a storage that each node has for itself. */
  storage: (cluster: string, storage: string, node?: string): string =>
    within(cluster, "storage", storage) + (node === undefined ? "" : `?node=${encodeURIComponent(node)}`),
  page: (cluster: string, noun: string): string => within(cluster, noun),
};
