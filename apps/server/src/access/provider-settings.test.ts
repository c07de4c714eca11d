import { expect, test } from "vitest";
import { readProvider } from "./provider-settings.ts";

const least = {
  ORRERY_OIDC_ISSUER: "https://login.example/lab",
  ORRERY_OIDC_CLIENT: "orrery",
  ORRERY_OIDC_ROLES: "viewer=lab; operator=Lab, Operators; operator=/lab/ops; admin=a=b",
};

test("the environment says which provider, which values give which role, and what shows a second factor", () => {
  expect(readProvider({ HOME: "/root" })).toEqual({ kind: "none" });
  expect(readProvider(least)).toMatchObject({
    kind: "provider",
    provider: {
      roles: { viewer: ["lab"], operator: ["Lab, Operators", "/lab/ops"], admin: ["a=b"] },
      scopes: ["openid", "profile"],
      rolesClaim: "roles",
      strong: [{ claim: "amr", value: "mfa" }],
      withoutStrong: "viewer",
    },
  });
  const more = {
    ORRERY_OIDC_STRONG: "acrs=c1; amr=hwk",
    ORRERY_OIDC_SCOPES: "openid  groups",
    ORRERY_OIDC_WITHOUT_STRONG: "refused",
    ORRERY_OIDC_SECRET: "credential:oidc",
  };
  expect(readProvider({ ...least, ...more })).toMatchObject({
    provider: {
      strong: [
        { claim: "acrs", value: "c1" },
        { claim: "amr", value: "hwk" },
      ],
      scopes: ["openid", "groups"],
      withoutStrong: "refused",
      secret: "credential:oidc",
    },
  });
});

test("what is wrong is told whole, each with its variable, and a secret that stands there itself is not repeated", () => {
  const read = readProvider({
    ORRERY_OIDC_ISSUER: "http://login.example",
    ORRERY_OIDC_SECRET: "hunter2",
    ORRERY_OIDC_ROLES: "king=lab",
    ORRERY_OIDC_WITHOUT_STRONG: "never",
  });
  expect(read).toMatchObject({
    kind: "problems",
    problems: [
      expect.stringMatching(/^ORRERY_OIDC_ROLES: expected ROLE=VALUE/),
      expect.stringMatching(/^ORRERY_OIDC_ISSUER: expected https/),
      "ORRERY_OIDC_CLIENT: is missing",
      expect.stringMatching(/^ORRERY_OIDC_SECRET: expected env:NAME/),
      expect.stringMatching(/^ORRERY_OIDC_WITHOUT_STRONG: /),
    ],
  });
  expect(JSON.stringify(read)).not.toContain("hunter2");
  expect(readProvider({ ...least, ORRERY_OIDC_ROLES: " " })).toMatchObject({ kind: "problems" });
});
