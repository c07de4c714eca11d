import { type Guest, known } from "@orrery/model";
import { draw, type LoadProfile, type LoadShape, type Random } from "@orrery/twin-world";

/** The course of a week, and the mean share of CPU and memory, by what a guest's role says. The first that fits. */
const shapes: readonly (readonly [words: RegExp, profile: LoadProfile, cpu: number, memory: number])[] = [
  [/backup|offsite|archive/i, "night", 0.06, 0.4],
  [/worker|kubernetes|k8s|docker|gpu/i, "bursty", 0.22, 0.6],
  [/sql|postgres|database|timescale|mariadb/i, "web", 0.14, 0.7],
  [/file|desktop|vdi|rds|work/i, "office", 0.09, 0.45],
  [/application|web|proxy|portainer/i, "web", 0.1, 0.5],
  [/monitor|security|wazuh|grafana|prometheus/i, "steady", 0.12, 0.65],
  [/dns|pdc|rodc|domain|identity|directory/i, "steady", 0.03, 0.35],
];

const about = (random: Random, mean: number): number => mean * (0.7 + 0.6 * draw(random));

/** How busy a guest is, by its role, drawn around what such guests usually are. */
export const loadOf = (
  random: Random,
  { role, category, name, vcpus }: Pick<Guest, "role" | "category" | "name" | "vcpus">,
): LoadShape => {
  const words = `${known(role) ?? ""} ${name} ${known(category) ?? ""}`;
  const [, profile, cpu, memory] = shapes.find(([pattern]) => pattern.test(words)) ?? [/./, "steady", 0.05, 0.4];
  const busy = about(random, cpu);
  const flow = (perCpu: number): number => Math.round(about(random, perCpu) * busy * vcpus);
  return {
    profile,
    seed: Math.floor(draw(random) * 2 ** 31),
    cpu: busy,
    memory: Math.min(0.9, about(random, memory)),
    netIn: flow(900_000),
    netOut: flow(600_000),
    diskRead: flow(500_000),
    diskWrite: flow(800_000),
  };
};
