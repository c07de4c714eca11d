import { type Lab, type LabInput, unknown } from "@orrery/model";
import { describe, expect, test } from "vitest";
import { aLab, aPolicy, aScenario, aStorage } from "../testing/a-lab.ts";
import { saidBy, rulesThatSpeak as speaking } from "../testing/verdicts.ts";

const rulesThatSpeak = (lab: Lab) => speaking(lab, ["recovery", "retention", "offsite", "schedules"]);

type StorageInput = LabInput["storage"]["items"][string];
const vault = (given: Partial<StorageInput>, more: Parameters<typeof aLab>[0] = {}) =>
  aLab({
    ...more,
    storage: (own) => ({ ...own, items: { ...own.items, vault: aStorage({ ...own.items.vault, ...given }) } }),
  });
const policies = (first: Parameters<typeof aPolicy>[0], configuration: Parameters<typeof aPolicy>[0] = {}) => ({
  backup: (own: LabInput["backup"]): LabInput["backup"] => ({
    ...own,
    policies: [aPolicy(first), aPolicy({ ...own.policies[1], ...configuration })],
  }),
});

describe("offsite/storage-class", () => {
  test("a class that wants a restore request first is no datastore", () => {
    const lab = vault(
      { storageClass: "DEEP_ARCHIVE", retrieval: "12 h" },
      policies(
        { offsite: [{ to: "vault", retention: { for: "200 d" }, upload: "2 h" }] },
        { offsite: [{ to: "vault", retention: { for: "200 d" }, upload: "1 h" }] },
      ),
    );
    expect(rulesThatSpeak(lab)).toEqual(["offsite/storage-class"]);
    expect(saidBy("offsite/storage-class", lab)[0]).toMatchObject({
      subject: "vault",
      claim: { path: ["storage", "items", "vault", "storageClass"] },
    });
    expect(saidBy("offsite/storage-class", lab)[0]?.why).toContain("12 h (standard) or 48 h (bulk)");
  });

  test("a cold class that can be read at once is one", () => {
    expect(rulesThatSpeak(vault({ storageClass: "STANDARD_IA" }))).toEqual([]);
    expect(saidBy("offsite/storage-class", vault({ storageClass: "GLACIER_IR" }))).toEqual([]);
  });

  test("a copy that another tool archives is not the backup server's", () => {
    const lab = aLab({
      storage: (own) => ({
        ...own,
        items: {
          ...own.items,
          pbs: aStorage({ ...own.items.pbs, kind: "nfs" }),
          vault: aStorage({ ...own.items.vault, storageClass: "GLACIER", retrieval: "5 h" }),
        },
      }),
    });
    expect(saidBy("offsite/storage-class", lab)).toEqual([]);
  });
});

describe("offsite/minimum-duration", () => {
  test("copies that are deleted before their class's minimum are billed until then", () => {
    const lab = vault({ storageClass: "GLACIER_IR" });
    expect(rulesThatSpeak(lab)).toEqual(["offsite/minimum-duration"]);
    expect(saidBy("offsite/minimum-duration", lab).map(({ why }) => why)).toEqual(
      Array.from({ length: 2 }, () => "A copy is removed after 60 d < 90 d, which GLACIER_IR bills at the least."),
    );
  });

  test("by counts, the copy that lives shortest decides", () => {
    const kept = (retention: NonNullable<LabInput["backup"]["policies"][number]["retention"]>) =>
      vault({ storageClass: "STANDARD_IA" }, policies({ offsite: [{ to: "vault", retention, upload: "2 h" }] }));
    expect(saidBy("offsite/minimum-duration", kept({ daily: 7, monthly: 6 }))[0]?.why).toContain("after 7 d < 30 d");
    expect(saidBy("offsite/minimum-duration", kept({ daily: 40 }))).toEqual([]);
  });
});

describe("offsite/retrieval", () => {
  const archived = (rto: "6 h" | "40 h" | "90 h", retrieval: StorageInput["retrieval"]) =>
    aLab({
      storage: (own) => ({
        ...own,
        items: {
          ...own.items,
          vault: aStorage({
            ...own.items.vault,
            storageClass: "DEEP_ARCHIVE",
            ...(retrieval === undefined ? {} : { retrieval }),
          }),
        },
      }),
      recovery: () => ({
        scenarios: [aScenario({ fails: { kind: "site" }, rto, rpo: "48 h", replacement: "1 h" })],
        claims: [],
      }),
    });

  test("an archive that answers after the RTO misses it, and the sum need not say it again", () => {
    const lab = archived("6 h", "12 h");
    expect(saidBy("offsite/retrieval", lab)[0]).toMatchObject({ verdict: "violated", subject: "guest" });
    expect(saidBy("recovery/rto", lab)).toEqual([]);
  });

  test("a tier that nobody named leaves open which it is", () => {
    const [finding] = saidBy("offsite/retrieval", archived("40 h", unknown("no tier is named")));
    expect(finding).toMatchObject({ verdict: "unproven" });
    expect(finding?.why).toContain("12 h to 48 h retrieval is not shown to be within 40 h. Unknown: no tier is named.");
  });

  test("an RTO above the slowest tier waits for any", () => {
    expect(saidBy("offsite/retrieval", archived("90 h", unknown("no tier is named")))).toEqual([]);
  });
});

describe("offsite/no-copy and offsite/configuration", () => {
  test("guests without a copy outside of the site are lost with it", () => {
    const lab = aLab(policies({ offsite: [] }));
    expect(rulesThatSpeak(lab)).toEqual(["offsite/no-copy"]);
    expect(saidBy("offsite/no-copy", lab)[0]?.why).toContain("All 1 copy of web01, db01 and app01 (nightly on pbs)");
  });

  test("a configuration without a copy outside of the site is lost with it", () => {
    expect(rulesThatSpeak(aLab(policies({}, { offsite: [] })))).toEqual(["offsite/configuration"]);
  });

  test("where no scenario takes the site nothing outside of it is asked for", () => {
    const lab = aLab({
      ...policies({ offsite: [] }, { offsite: [] }),
      recovery: () => ({ scenarios: [aScenario()], claims: [] }),
    });
    expect(rulesThatSpeak(lab)).toEqual([]);
  });

  test("a lab without any policy for its configuration is told so", () => {
    const lab = aLab({ backup: (own) => ({ ...own, policies: own.policies.slice(0, 1) }) });
    expect(rulesThatSpeak(lab)).toEqual(["offsite/configuration"]);
  });
});

test("offsite/unencrypted tells of copies that leave the site in the clear", () => {
  expect(rulesThatSpeak(aLab(policies({ encryption: false })))).toEqual(["offsite/unencrypted"]);
  expect(saidBy("offsite/unencrypted", aLab(policies({ encryption: false, offsite: [] })))).toEqual([]);
});
