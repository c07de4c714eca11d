/** Exchanges that the twin answers otherwise, and why it is left so. `calls` are their places in the topic's recording. */
export type Deliberate = {
  readonly topic: string;
  readonly calls: readonly number[];
  readonly what: string;
  readonly why: string;
};

export const deliberate: readonly Deliberate[] = [
  {
    topic: "lxc",
    calls: [22, 23],
    what: "A running container takes new memory",
    why: "The test node had no memory controller of its own for containers; a node that has one takes the change at once.",
  },
  {
    topic: "lxc",
    calls: [38, 39, 40, 41],
    what: "A full clone of a container succeeds",
    why: "The test node could not mount a second loop device; a node that can makes the clone.",
  },
  {
    topic: "migrate",
    calls: [78, 83],
    what: "A node that has no service left, or not yet one, shows its local manager idle",
    why: "The product's managers keep their agent lock for some minutes after the last service has gone; the twin's give it up at once.",
  },
  {
    topic: "provision",
    calls: [78],
    what: "Figures of new guests come with the next round of pvestatd for all of them",
    why: "The test node still had those of an older guest of the same id.",
  },
  {
    topic: "vm-clone-template",
    calls: [30],
    what: "Figures of new guests come with the next round of pvestatd for all of them",
    why: "The test node still had those of an older guest of the same id.",
  },
  {
    topic: "cluster3-vm",
    calls: [28],
    what: "A guest that has just been migrated shows as running",
    why: "The test cluster still told what pvestatd had last seen on the old node.",
  },
  {
    topic: "backup-jobs2",
    calls: [30],
    what: "A schedule of stars has no next run",
    why: "The product reads a row of stars as every second; the twin accepts it and does not run it.",
  },
];
