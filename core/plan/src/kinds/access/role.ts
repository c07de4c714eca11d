import { type ClusterState, valueIn } from "@orrery/state";
import type { DeclaredObject, ObservedObject } from "../../compare/object.ts";
import { listOf } from "../../compare/value.ts";
import type { Kind } from "../kind.ts";
import { plainCall, plainSteps, present } from "../plain-steps.ts";

const sorted = (privileges: readonly string[]): string[] => [...new Set(privileges)].toSorted();

/** Every privilege that the cluster knows: those of the role that has all of them. */
const knownPrivileges = (state: ClusterState): ReadonlySet<string> | undefined => {
  const all = (valueIn(state.roles) ?? []).find(({ id }) => id === "Administrator");
  return all === undefined ? undefined : new Set(all.privileges);
};

/** What Proxmox would refuse, in one sentence. */
const refusal = (id: string, privileges: readonly string[], state: ClusterState): string | undefined => {
  if ((valueIn(state.roles) ?? []).some((role) => role.id === id && role.builtIn))
    return `the role ${id} came with Proxmox and cannot be changed; declare one under a name of its own (access.roles.${id})`;
  if (/^pve/i.test(id))
    return `Proxmox keeps names that begin with PVE for its own roles; give ${id} another (access.roles.${id})`;
  const known = knownPrivileges(state);
  const unknown = known === undefined ? [] : privileges.filter((privilege) => !known.has(privilege));
  if (unknown.length === 0) return undefined;
  const what = unknown.length === 1 ? "privilege" : "privileges";
  return `Proxmox VE ${state.contract} has no ${what} ${unknown.join(", ")} (access.roles.${id}.privileges)`;
};

/** A set of privileges under a name. It has no comment to be marked in: it is owned where the declaration owns all. */
export const role: Kind = {
  noun: "role",
  declared: ({ inventory, state }) =>
    Object.entries(inventory.lab.access.roles).map(([id, { privileges }]): DeclaredObject => {
      const refused = refusal(id, privileges, state);
      return {
        kind: "role",
        id,
        properties: { privs: sorted(privileges) },
        open: {},
        ...(refused === undefined ? {} : { refused }),
        path: ["access", "roles", id],
        needs: [],
      };
    }),
  observed: ({ roles }) => {
    if (roles.kind !== "observed") return { objects: [], blind: [{ kind: "role", why: roles.why }] };
    const objects = roles.value.map(
      ({ id, privileges, builtIn }): ObservedObject => ({
        kind: "role",
        id,
        properties: present({ privs: sorted(privileges) }),
        hidden: {},
        marked: false,
        builtIn,
        at: roles.at,
        needs: [],
      }),
    );
    return { objects, blind: [] };
  },
  sources: () => [{ of: "cluster", part: "roles" }],
  steps: plainSteps({
    called: (id) => `the role ${id}`,
    create: (declared) => [
      plainCall("POST", "/access/roles", { roleid: declared.id, privs: listOf(declared.properties.privs).join(",") }),
    ],
    change: ({ declared }) => [
      plainCall("PUT", "/access/roles/{roleid}", {
        roleid: declared.id,
        privs: listOf(declared.properties.privs).join(","),
      }),
    ],
    remove: ({ id }) => [plainCall("DELETE", "/access/roles/{roleid}", { roleid: id })],
    removedWith: ({ id }, { state }) => {
      const grants = (valueIn(state.acl) ?? []).filter((grant) => grant.role === id);
      return grants.length === 0 ? "" : `; whoever has it loses it: ${grants.map(({ to }) => to).join(", ")}`;
    },
  }),
};
