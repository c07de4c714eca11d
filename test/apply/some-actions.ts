import type { Action } from "@orrery/plan";

/** Makes a pool, and before that a guest where a number is given: one action with a task and a change without one. */
export const aPoolAction = (id: string, more: Partial<Action> & { readonly vmid?: number } = {}): Action => {
  const { vmid, ...rest } = more;
  const guest =
    vmid === undefined
      ? []
      : [
          {
            method: "POST",
            path: "/nodes/{node}/qemu",
            parameters: { node: "pve1", vmid, memory: 512 },
            answers: "task",
          } as const,
        ];
  return {
    id: `pool ${id}/1-create`,
    object: { kind: "pool", id },
    verb: "create",
    title: `Create the pool ${id}`,
    because: "a test wants it",
    calls: [
      ...guest,
      { method: "POST", path: "/pools", parameters: { poolid: id, comment: "made" }, answers: "nothing" },
    ],
    from: { kind: "absent" },
    expects: { kind: "present", properties: { comment: "made" } },
    risk: "none",
    principal: "token",
    after: [],
    ...rest,
  };
};
