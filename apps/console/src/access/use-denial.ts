import { useQuery } from "@tanstack/react-query";
import type { Api } from "../api/client.ts";
import { read } from "../api/read.ts";

/** Why whoever is signed in may not do what takes a role; undefined where he may. The server decides again. */
export const useDenial = (role: Api<"Role">): string | undefined => {
  const { data } = useQuery(read("getSession", {}));
  if (data === undefined) return "Not known yet who is signed in.";
  if (data.roles.includes(role)) return undefined;
  return data.heldBack?.roles.includes(role) === true
    ? `This takes the role ${role}. ${data.heldBack.why}`
    : `This takes the role ${role}, and ${data.name} has not got it.`;
};
