import { describe, expect, test } from "vitest";
import { type Role, roles } from "./access/role.ts";
import type { Cluster } from "./clusters/cluster.ts";
import { routes } from "./routes/all.ts";
import { type Ask, keptIn, personOf, serve, setUp, tokenOf } from "./testing/serve.ts";

/** Who gets through to each operation, written down once more: a route that is not here has not been thought about. */
const mayAsk: Readonly<Record<string, "anybody" | "known" | "person" | Role | `${Role} in person`>> = {
  getHealth: "anybody",
  getReadiness: "anybody",
  getOpenApi: "anybody",
  getApiPage: "anybody",
  getStyle: "anybody",
  getSetupPage: "anybody",
  getSetupScript: "anybody",
  setUp: "anybody",
  signIn: "anybody",
  getSignInWays: "anybody",
  beginProviderSignIn: "anybody",
  endProviderSignIn: "anybody",
  getSession: "known",
  signOut: "person",
  listTokens: "person",
  makeToken: "person",
  revokeToken: "person",
  getServer: "viewer",
  getMetrics: "viewer",
  getClusterMetrics: "viewer",
  listClusters: "viewer",
  getClusterState: "viewer",
  listNodes: "viewer",
  getNode: "viewer",
  listGuests: "viewer",
  getGuest: "viewer",
  listStorages: "viewer",
  getStorageContents: "viewer",
  listBackups: "viewer",
  getTopology: "viewer",
  listTasks: "viewer",
  getTaskLog: "viewer",
  getPart: "viewer",
  getOverview: "viewer",
  getHistory: "viewer",
  listMeasured: "viewer",
  listFindings: "viewer",
  listObjectives: "viewer",
  listFailures: "viewer",
  listRules: "viewer",
  getPlan: "viewer",
  listDrift: "viewer",
  getPlacement: "viewer",
  listRehearsals: "viewer",
  getRehearsal: "viewer",
  beginRehearsal: "operator",
  cancelRehearsal: "operator",
  listAlerts: "viewer",
  listAlertHistory: "viewer",
  listSilences: "viewer",
  setSilence: "operator",
  endSilence: "operator",
  listIncidents: "viewer",
  getIncident: "viewer",
  addIncidentEntry: "operator",
  getTimeline: "viewer",
  listReceivers: "viewer",
  setReceivers: "admin in person",
  testReceiver: "admin in person",
  streamEvents: "viewer",
  getRights: "auditor",
  listAudit: "auditor",
  listAccounts: "admin in person",
  makeAccount: "admin in person",
  changeAccount: "admin in person",
};

type Asking = { readonly role: Role | undefined; readonly by: "nobody" | "person" | "token" };

const isLetIn = (who: string, { role, by }: Asking): boolean => {
  if (who === "anybody") return true;
  if (by === "nobody") return false;
  if (who === "known") return true;
  if (by === "token" && (who === "person" || who.endsWith(" in person"))) return false;
  if (who === "person" || who === "viewer") return true;
  return who.replace(" in person", "") === role;
};

/** What nothing was seen of yet: handlers behind the gate have little to do. */
const unseen: Cluster = {
  id: "lab",
  declared: undefined,
  feed: { now: () => ({ kind: "awaited", since: 0 }), subscribe: () => () => undefined, stop: () => Promise.resolve() },
};

const pathOf = (url: string): string =>
  url
    .replace("{cluster}", "lab")
    .replace("{part}", "users")
    .replace("{vmid}", "100")
    .replaceAll(/\{\w+\}/g, "one");

/** Whether the gate let it through, whatever came of it then. A stream of events does not end: its head is enough. */
const getsThrough = async (ask: Ask, method: "GET" | "POST" | "PUT" | "DELETE", url: string): Promise<number> => {
  const path = pathOf(url);
  return (await ask(method, path, method === "GET" || method === "DELETE" ? {} : { body: {} })).status;
};

test("every operation is in the table, and nothing else is", () => {
  expect(Object.keys(mayAsk).toSorted()).toEqual(routes.map(({ id }) => id).toSorted());
});

describe.each(keptIn())("kept in $kind", ({ keepingOf }) => {
  test.each<Asking>([
    { role: undefined, by: "nobody" },
    ...roles.flatMap((role): Asking[] => [
      { role, by: "person" },
      { role, by: "token" },
    ]),
  ])("of all routes, $by with the role $role gets through to those of the table alone", async (asking) => {
    const { server, ask } = await serve([unseen], { keeping: await keepingOf() });
    const ada = await setUp(ask, server);
    const { role, by } = asking;
    let asker = ask;
    if (role !== undefined) asker = await personOf(ada, ask, "bob", [role]);
    if (role !== undefined && by === "token") asker = await tokenOf(asker, ask, [role]);
    const wrong: string[] = [];
    // Whoever signs out is nobody afterwards.
    for (const { id, method, url } of routes.toSorted(
      (one, other) => Number(one.id === "signOut") - Number(other.id === "signOut"),
    )) {
      if (id === "streamEvents" && isLetIn("viewer", asking)) continue;
      const status = await getsThrough(asker, method, url);
      const isOpen = id === "setUp" || id === "signIn";
      const got = isOpen ? status === 400 : status !== 401 && status !== 403;
      const refusedAs = by === "nobody" ? 401 : 403;
      const isLet = isLetIn(mayAsk[id] ?? "", asking);
      if (isLet ? !got : status !== refusedAs) wrong.push(`${id} by ${by}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});
