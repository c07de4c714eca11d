import { calendarEventForm, type Guest, intervalEventOf, refText, replicationNumbers } from "@orrery/model";
import { type Entry, valueIn } from "@orrery/state";
import { isMarked, type Mark, unmarked } from "../../compare/mark.ts";
import { type DeclaredObject, type ObservedObject, refName } from "../../compare/object.ts";
import type { Properties } from "../../compare/value.ts";
import type { Declaring, Kind } from "../kind.ts";
import { optionTables } from "../option.ts";
import { sectionSteps } from "../section-steps.ts";
import { textOf } from "../text.ts";
import { eventForm } from "./event-form.ts";

const usual = eventForm("*/15");

const properties = (said: {
  target: string;
  schedule: string;
  rate: number | undefined;
  comment: string;
  disable: boolean;
}): Properties => ({
  target: said.target,
  schedule: said.schedule,
  comment: said.comment,
  ...(said.rate === undefined ? {} : { rate: String(said.rate) }),
  ...(said.disable ? { disable: "1" } : {}),
});

/** A job's properties. Its source is where the guest is, which is no choice. */
export const readReplication = (mark: Mark, { options }: Entry): Properties =>
  properties({
    target: textOf(options.target),
    schedule: options.schedule === undefined ? usual : eventForm(textOf(options.schedule)),
    rate: options.rate === undefined ? undefined : Number(options.rate),
    comment: unmarked(mark, textOf(options.comment)),
    disable: textOf(options.disable) === "1",
  });

/** Why a guest cannot be copied to a node: replication takes ZFS on both sides. */
const obstacle = (guest: Guest, target: string, { inventory }: Declaring): string | undefined => {
  let copied = 0;
  for (const { storage } of guest.disks) {
    const item = inventory.storageOf(storage);
    const name = refText(storage);
    if (item === undefined) return `a disk lies on ${name}, which is declared nowhere`;
    if (item.shared) continue;
    if (item.kind !== "zfs")
      return `a disk lies on ${name}, which is ${item.kind}: only volumes on ZFS can be replicated, so move it or leave the replication out`;
    const nodes = item.nodes ?? (item.home.on === "each node" ? item.home.nodes : undefined);
    if (nodes !== undefined && !nodes.some((node) => inventory.nodeOf(node) === target))
      return `${target} has no ${name}, which the copy has to lie on under the same name`;
    copied += 1;
  }
  return copied === 0 ? "it has no disk on ZFS that could be replicated" : undefined;
};

/** A guest that goes to where it is copied has its job turned round by Proxmox. */
const isOn = ({ state }: Declaring, vmid: number, node: string): boolean =>
  valueIn(state.guests)?.[vmid]?.node === node;

const declaredJobs = (guest: Guest, index: number, declaring: Declaring): DeclaredObject[] => {
  const { inventory, mark, vmidOf } = declaring;
  const vmid = vmidOf(guest.name);
  if (vmid === undefined) return [];
  const numbers = replicationNumbers(guest.replication);
  return guest.replication.map((job, at): DeclaredObject => {
    const target = inventory.nodeOf(job.to);
    const event = job.schedule ?? intervalEventOf(job.every).event;
    const said = properties({
      target: target ?? "",
      schedule: calendarEventForm(event) ?? event,
      rate: job.rate === undefined ? undefined : job.rate / 1e6,
      comment: unmarked(mark, job.comment),
      disable: !job.enabled,
    });
    const common = {
      kind: "replication job",
      id: `${vmid}-${numbers[at] ?? at}`,
      name: guest.name,
      path: ["guests", "items", index, "replication", at],
      needs: [{ kind: "guest", id: String(vmid) }],
    } as const;
    if (target === undefined) {
      const { target: _, ...others } = said;
      const why = `the target "${refText(job.to)}" is no node that is declared`;
      return { ...common, properties: others, open: { target: why }, incomplete: why };
    }
    if (isOn(declaring, vmid, target)) {
      const here = `the guest is on ${target} itself, and is copied to where it came from`;
      const isThere = valueIn(declaring.state.replicationJobs)?.some(({ id }) => id === common.id) === true;
      return { ...common, properties: said, open: { target: here }, ...(isThere ? {} : { incomplete: here }) };
    }
    const why = obstacle(guest, target, declaring);
    return { ...common, properties: said, open: {}, ...(why === undefined ? {} : { incomplete: why }) };
  });
};

const replicationTable = optionTables(["POST", "/cluster/replication"]);

/** A copy of a guest's disks on another node, brought up to date by schedule. */
export const replicationJob: Kind = {
  noun: "replication job",
  declared: (declaring) =>
    declaring.inventory.lab.guests.items.flatMap((guest, index) => declaredJobs(guest, index, declaring)),
  observed: ({ replicationJobs, at }, mark) => {
    if (replicationJobs.kind !== "observed")
      return { objects: [], blind: [{ kind: "replication job", why: replicationJobs.why }] };
    const objects = (valueIn(replicationJobs) ?? [])
      // One on its way out is gone as soon as its node has cleared up.
      .filter(({ options }) => options.remove_job === undefined)
      .map(
        (entry): ObservedObject => ({
          kind: "replication job",
          id: entry.id,
          properties: readReplication(mark, entry),
          hidden: {},
          marked: isMarked(mark, textOf(entry.options.comment)),
          builtIn: false,
          at: replicationJobs.at ?? at,
          needs: [{ kind: "guest", id: entry.id.slice(0, entry.id.indexOf("-")) }],
        }),
      );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "replicationJobs" }],
  steps: (change, planning) => {
    const calls = {
      noun: "replication job",
      create: "/cluster/replication",
      at: "/cluster/replication/{id}",
      idKey: "id",
      table: replicationTable(planning.contract),
    };
    if (change.kind === "missing") return sectionSteps(change, { ...calls, always: { type: "local" } }, planning);
    const isMoved = change.kind === "changed" && change.properties.some(({ property }) => property === "target");
    if (change.kind === "changed" && !isMoved) return sectionSteps(change, calls, planning);
    const { observed } = change;
    return sectionSteps({ kind: "surplus", observed }, calls, planning).map((step) => ({
      ...step,
      because: `${isMoved ? "a job's target cannot be changed" : step.because}; the copy on ${textOf(observed.properties.target)} is removed with it`,
      risk: "data loss",
      consent: refName(observed),
    }));
  },
  stuck: (change) =>
    change.kind === "changed" && change.properties.some(({ property }) => property === "target")
      ? ["the job to the new target can be made when its node has cleared the old copy: plan once more then"]
      : [],
};
