import type { QueryClient } from "@tanstack/react-query";
import { redirect } from "@tanstack/react-router";
import { type Api, Refused } from "../api/client.ts";
import { read } from "../api/read.ts";

/** Who is signed in; whoever is not goes to the sign-in, and comes back to `href` from there. */
export const signedIn = async (queries: QueryClient, href: string): Promise<Api<"Session">> => {
  try {
    return await queries.query({ ...read("getSession", {}), staleTime: "static" });
  } catch (error) {
    if (error instanceof Refused && error.status === 401)
      redirect({ to: "/sign-in", search: href === "/" ? {} : { to: href }, throw: true });
    throw error;
  }
};
