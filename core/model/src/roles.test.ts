import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { builtInRoles } from "./roles.ts";

const recording = new URL("../../../test/conformance/recordings/access-crud.json", import.meta.url);
const exchanges = z.array(
  z.object({ request: z.object({ method: z.string(), path: z.string() }), response: z.unknown() }),
);
const listed = z.object({
  data: z.array(z.object({ roleid: z.string(), privs: z.string(), special: z.number() })),
});

test("the built-in roles are those of the recorded API", () => {
  const exchange = exchanges
    .parse(JSON.parse(readFileSync(recording, "utf8")))
    .find(({ request }) => request.method === "GET" && request.path === "/access/roles");
  const roles = listed.parse(exchange?.response).data.filter(({ special }) => special === 1);
  const recorded = Object.fromEntries(
    roles.map(({ roleid, privs }) => [roleid, privs === "" ? [] : privs.split(",").sort()]),
  );
  expect(builtInRoles).toEqual(recorded);
});
