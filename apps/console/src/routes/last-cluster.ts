const place = "orrery.cluster";

/** The cluster that was looked at last in this browser. */
export const lastCluster = {
  get: (): string | null => localStorage.getItem(place),
  set: (cluster: string): void => localStorage.setItem(place, cluster),
};
