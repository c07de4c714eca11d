/** The course of a week that a load follows. */
export type LoadProfile = "steady" | "office" | "web" | "night" | "bursty";

/** How busy a guest is, as a shape over the week: averages and a seed, from which each moment is computed when read. */
export type LoadShape = {
  profile: LoadProfile;
  seed: number;
  /** Mean share of its CPUs, 0 to 1. */
  cpu: number;
  /** Mean share of its memory, 0 to 1. */
  memory: number;
  /** Mean bytes per second. */
  netIn: number;
  netOut: number;
  diskRead: number;
  diskWrite: number;
};
