import { type LabInput, unknown } from "@orrery/model";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkLab } from "../check.ts";
import { aDay, aLab } from "../testing/a-lab.ts";
import { changes } from "../testing/paperwork.ts";
import { says, says1 } from "../testing/says.ts";
import { changes as changeRules } from "./changes.ts";

type Change = NonNullable<LabInput["changes"]>["items"][number];
type Windows = LabInput["service"]["hours"]["maintenance"];

const aChange = (given: Partial<Change> = {}): Change => ({
  id: "CR-1",
  what: "Upgrade",
  implemented: "2025-02-14",
  register: { system: "GLPI", label: "CR-1", url: "https://glpi.example/CR-1" },
  ...given,
});

const changed = (items: readonly Change[], maintenance?: Windows) =>
  aLab({
    changes: { ...changes, items: [...items] },
    ...(maintenance === undefined
      ? {}
      : { service: (own: LabInput["service"]) => ({ ...own, hours: { ...own.hours, maintenance } }) }),
    maintenance: (own) => ({
      ...own,
      procedures: own.procedures.map((procedure) => {
        const { window: _, ...anytime } = procedure;
        return anytime;
      }),
    }),
  });

const fridays: Windows = [
  { id: "fridays", schedule: { every: "week", on: "Friday", at: "10:00", zone: "EST" }, duration: "60 min" },
];

describe("windows", () => {
  test("a change on a day without a window is told with its weekday and the windows", () => {
    const { why } = says1("changes/outside-window", changed([aChange({ implemented: "2025-02-15" })], fridays));
    expect(why).toBe("2025-02-15 is a Saturday; the window is Fridays 10:00-11:00 EST.");
  });

  test("a change on a day with a window passes, since no hour is declared", () => {
    expect(says("changes/outside-window", changed([aChange()], fridays))).toEqual([]);
  });

  test("a window past midnight covers both of its days", () => {
    const night: Windows = [
      { id: "night", schedule: { every: "week", on: "Friday", at: "22:00", zone: "EST" }, duration: "4 h" },
    ];
    expect(says("changes/outside-window", changed([aChange({ implemented: "2025-02-15" })], night))).toEqual([]);
    expect(says("changes/outside-window", changed([aChange({ implemented: "2025-02-16" })], night))).toHaveLength(1);
  });

  test("a window whose hour is unknown still has its day", () => {
    const some: Windows = [
      { id: "some", schedule: { every: "week", on: "Friday", at: unknown("not said"), zone: "EST" }, duration: "1 h" },
    ];
    expect(says("changes/outside-window", changed([aChange()], some))).toEqual([]);
    expect(says("changes/outside-window", changed([aChange({ implemented: "2025-02-13" })], some))).toHaveLength(1);
  });

  test("a window whose day is unknown leaves the change unproven", () => {
    const some: Windows = [{ id: "some", schedule: { every: "month", at: "10:00", zone: "EST" }, duration: "1 h" }];
    expect(says1("changes/outside-window", changed([aChange()], some))).toMatchObject({ verdict: "unproven" });
  });

  test("without a declared window there is nothing to compare", () => {
    expect(says("changes/outside-window", changed([aChange({ implemented: "2025-02-15" })], []))).toEqual([]);
  });

  test("on every day a change is either on a Friday or told", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000 }), (days) => {
        const at = Date.UTC(2001, 0, 1) + days * 86_400_000;
        const lab = changed([aChange({ implemented: new Date(at).toISOString().slice(0, 10) })], fridays);
        expect(says("changes/outside-window", lab).length).toBe(new Date(at).getUTCDay() === 5 ? 0 : 1);
      }),
      { numRuns: 100 },
    );
  });
});

test("a change of tomorrow was not implemented, and one of today was", () => {
  const { why } = says1("changes/implemented-ahead", changed([aChange({ implemented: "2026-06-16" })]));
  expect(why).toBe("2026-06-16 is 1 day after 2026-06-15.");
  expect(says("changes/implemented-ahead", changed([aChange({ implemented: "2026-06-15" })]))).toEqual([]);
});

test("a change without a register entry is told", () => {
  const { register: _, ...bare } = aChange();
  expect(says1("changes/unregistered", changed([bare]))).toMatchObject({ subject: "CR-1" });
});

test("an entry of another declared change is told, and any other address is left to the register", () => {
  const at = (url: string) => aChange({ register: { system: "GLPI", label: "CR-1", url } });
  const second = aChange({ id: "CR-2", register: { system: "GLPI", label: "CR-2", url: "https://glpi.example/CR-2" } });
  expect(says1("changes/register-of-another", changed([at("https://glpi.example/CR-2"), second])).why).toBe(
    "That is the entry of CR-2.",
  );
  expect(says("changes/register-of-another", changed([at("https://glpi.example/change?id=7"), second]))).toEqual([]);
});

test("two changes with one id are told once", () => {
  const { why } = says1(
    "changes/duplicate",
    changed([aChange(), aChange({ what: "Another" }), aChange({ id: "CR-3" })]),
  );
  expect(why).toBe("2 changes are called CR-1: Upgrade (2025-02-14) and Another (2025-02-14).");
});

test("a waiver takes the finding of its change and no other, until it expires", () => {
  const items = [aChange({ implemented: "2025-02-15" }), aChange({ id: "CR-2", implemented: "2025-02-16" })];
  const lab = (expires: string) => ({
    ...changed(items, fridays),
    waivers: [{ rule: "changes/outside-window", subject: "CR-1", owner: "Ada", reason: "power cut", expires }],
  });
  const waived = (expires: string) =>
    checkLab(lab(expires), {
      at: aDay,
      rules: changeRules.filter(({ id }) => id === "changes/outside-window"),
    }).findings.map(({ subject, waived: by }) => [subject, by?.owner]);
  expect(waived("2026-06-15")).toEqual([
    ["CR-1", "Ada"],
    ["CR-2", undefined],
  ]);
  expect(waived("2026-06-14")).toEqual([
    ["CR-1", undefined],
    ["CR-2", undefined],
  ]);
});
