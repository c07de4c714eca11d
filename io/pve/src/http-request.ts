import type { PveRequest } from "@orrery/contract";
import type { HttpRequest } from "./endpoint.ts";

/** The parameters as a form; a list is its name repeated. */
const formOf = (params: PveRequest["params"]): string => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const one of typeof value === "object" ? value : [value]) form.append(name, String(one));
  }
  return form.toString();
};

/** Reads and deletions carry their parameters in the query (a body is refused there), changes in a form. */
export const httpRequest = (request: PveRequest, credentials: Readonly<Record<string, string>>): HttpRequest => {
  const { method } = request;
  const path = `/api2/json${request.path}`;
  const form = formOf(request.params);
  const headers = { accept: "application/json", ...credentials };
  if (method === "GET" || method === "DELETE") {
    return { method, path: form === "" ? path : `${path}?${form}`, headers, body: undefined };
  }
  return { method, path, headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body: form };
};
