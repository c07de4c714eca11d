import tidy from "@orrery/example-tidy-lab";
import { planFor } from "@orrery/plan";
import { worldOf } from "@orrery/twin-lab";
import type { Acl, World } from "@orrery/twin-world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { observeTwin, overTwin } from "../observe/observed-twin.ts";
import { examples, labOf } from "./planned-lab.ts";

const now = Date.UTC(2026, 10, 22, 12);

/** A world in which somebody has some rights, and its port as they have it. */
const seenBy = (world: World, rights: readonly Pick<Acl, "path" | "roleid" | "propagate">[]) => {
  world.access.users["low@pve"] = { userid: "low@pve", enable: true, expire: 0, tokens: {}, tfa: {} };
  for (const right of rights) world.access.acls.push({ ...right, type: "user", ugid: "low@pve" });
  return overTwin(world, "low@pve");
};

const path = fc.constantFrom(
  ..."/ /access /access/groups /access/groups/platform-sso /nodes /nodes/pve1 /pool /sdn /sdn/zones /sdn/zones/localnetwork".split(
    " ",
  ),
  ..."/sdn/zones/localnetwork/vmbr0 /storage /storage/local-zfs /vms /vms/101 /vms/9000 /mapping".split(" "),
);
const roleid = fc.constantFrom(
  "Administrator",
  "PVEAuditor",
  "PVEVMAdmin",
  "PVEDatastoreUser",
  "PVESDNUser",
  "NoAccess",
);
const rights = fc.uniqueArray(fc.record({ path, roleid, propagate: fc.boolean() }), {
  maxLength: 5,
  selector: (right) => right.path,
});

test("nobody plans to make what they are not shown", async () => {
  const lab = labOf(tidy);
  await fc.assert(
    fc.asyncProperty(rights, async (some) => {
      const { state } = await observeTwin(seenBy(worldOf(lab, { seed: 1, now }), some));
      const plan = planFor(lab, state, now);
      expect(plan.drift.map(({ object, kind }) => `${kind}: ${object.kind} ${object.id}`)).toEqual([]);
      expect(plan.actions).toEqual([]);
    }),
    {
      numRuns: 40,
      examples: [
        [
          [
            { path: "/", roleid: "Administrator", propagate: true },
            { path: "/sdn/zones/localnetwork", roleid: "NoAccess", propagate: true },
          ],
        ],
      ],
    },
  );
}, 60_000);

test("who may audit everything is shown everything, and who may not see one guest is told so", async () => {
  for (const lab of examples) {
    const all = await observeTwin(
      seenBy(worldOf(lab, { seed: 1, now }), [{ path: "/", roleid: "PVEAuditor", propagate: true }]),
    );
    expect(all.state.veiled).toBeUndefined();
  }
  const lab = labOf(tidy);
  const { state } = await observeTwin(
    seenBy(worldOf(lab, { seed: 1, now }), [
      { path: "/", roleid: "PVEAuditor", propagate: true },
      { path: "/vms/101", roleid: "NoAccess", propagate: true },
    ]),
  );
  expect(Object.keys(state.veiled ?? {})).toEqual(["guests", "replicationJobs"]);
  expect(planFor(lab, state, now).undecided).toContainEqual({
    object: { kind: "guest", id: "101" },
    why: "this user or token is not shown all of it: that takes VM.Audit on /vms and all below",
  });
  // Without the list of permissions nobody knows what is kept from whom.
  const { state: narrow } = await observeTwin(
    seenBy(worldOf(lab, { seed: 1, now }), [
      { path: "/vms", roleid: "PVEAuditor", propagate: true },
      { path: "/vms/101", roleid: "NoAccess", propagate: true },
    ]),
  );
  expect(narrow.veiled?.guests).toBe(
    "this user or token may not be shown all of it: to know takes Sys.Audit on /access",
  );
});
