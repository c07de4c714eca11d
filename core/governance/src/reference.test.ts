import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CatalogueId, type Control, catalogueIds, catalogueOf, findControl, parseControlRef } from "./index.ts";

const ref = (catalogue: CatalogueId, id: string) => ({ kind: "control", catalogue, id });
const anyControl = fc.constantFrom(...catalogueIds.flatMap((id) => catalogueOf(id).controls));

/** Ways to write a control, each of which says of which catalogue it is. */
const spellings: Record<CatalogueId, readonly ((id: string) => string)[]> = {
  "cis-7.1": [(id) => `CIS v7.1 ${id}`, (id) => `CIS Controls v7.1 Sub-control ${id}`, (id) => `CSC v7 ${id}`],
  "cis-8.1": [(id) => `CIS.${id}`, (id) => `CIS ${id}`, (id) => `CIS v8 ${id}`, (id) => `CIS Safeguard ${id}`],
  "nist-800-53-r5": [
    (id) => id,
    (id) => id.toLowerCase(),
    (id) => `NIST ${id}`,
    (id) => `NIST SP 800-53 Rev. 5 ${id}`,
    (id) => id.replace(/-(\d)$/, "-0$1"),
  ],
  "iso-27001-2013": [(id) => id, (id) => `ISO/IEC 27001:2013 ${id}`, (id) => `ISO 27001 ${id}`],
  "iso-27001-2022": [(id) => `A.${id}`, (id) => `ISO 27001:2022 ${id}`, (id) => `ISO/IEC 27002:2022 ${id}`],
};

describe("parseControlRef", () => {
  test.each([
    ["CIS.8.2", "cis-8.1", "8.2"],
    ["CIS v8.1 8.2", "cis-8.1", "8.2"],
    ["CIS Controls v8.1.2 Safeguard 8.2", "cis-8.1", "8.2"],
    ["CIS v7.1 12.11", "cis-7.1", "12.11"],
    ["A.12.3.1", "iso-27001-2013", "A.12.3.1"],
    ["A.8.13", "iso-27001-2022", "8.13"],
    ["ISO 27001:2022 8.13", "iso-27001-2022", "8.13"],
    ["CP-9", "nist-800-53-r5", "CP-9"],
    ["CP-09", "nist-800-53-r5", "CP-9"],
    ["NIST AU-4", "nist-800-53-r5", "AU-4"],
  ] as const)("reads %s as %s %s", (text, catalogue, id) => {
    expect(parseControlRef(text)).toEqual(ref(catalogue, id));
  });

  test("reads every control back from every way to write it", () => {
    fc.assert(
      fc.property(anyControl, fc.nat(), ({ catalogue, id }: Control, pick) => {
        const ways = spellings[catalogue];
        const text = ways[pick % ways.length]?.(id) ?? id;
        expect(parseControlRef(text)).toEqual(ref(catalogue, id));
      }),
      { numRuns: 500 },
    );
  });

  test("reads every control back from its id alone when the catalogue is assumed", () => {
    fc.assert(
      fc.property(anyControl, ({ catalogue, id }) => {
        expect(parseControlRef(id, catalogue)).toEqual(ref(catalogue, id));
      }),
      { numRuns: 500 },
    );
  });

  test("keeps the title that stands behind an id", () => {
    fc.assert(
      fc.property(
        anyControl,
        fc.constantFrom(
          (title: string) => ` (${title})`,
          (title: string) => `: ${title}`,
          (title: string) => ` ${title}`,
        ),
        ({ catalogue, id, title }, behind) => {
          expect(parseControlRef(`${id}${behind(title)}`, catalogue)).toEqual({ ...ref(catalogue, id), title });
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each(["AC-2(1)", "AC-2 (1)", "AC-02(01)", "ac-2.1"])("reads %s as an enhancement of AC-2", (text) => {
    expect(parseControlRef(text)).toEqual({ ...ref("nist-800-53-r5", "AC-2"), enhancement: 1 });
  });

  test("says when the edition that is assumed lacks the id and another has it", () => {
    const read = parseControlRef("A.12.3.1", "iso-27001-2022");
    expect(read).toMatchObject({
      kind: "unknown control",
      message: "ISO/IEC 27001 Annex A (2022) has no 12.3.1. ISO/IEC 27001 Annex A (2013) has A.12.3.1.",
    });
    expect(read).toHaveProperty("nearest.0", { catalogue: "iso-27001-2013", id: "A.12.3.1" });
  });

  test("an edition in the text stands above the one that is assumed", () => {
    expect(parseControlRef("ISO 27001:2013 A.12.3.1", "iso-27001-2022")).toEqual(ref("iso-27001-2013", "A.12.3.1"));
  });

  test("offers the nearest ids for one that does not exist", () => {
    const nearest = (text: string) => {
      const read = parseControlRef(text);
      return read.kind === "control" ? read : read.nearest.map((named) => named.id);
    };
    expect(nearest("CIS 8.13")).toEqual(["8.12", "8.11", "8.10"]);
    expect(nearest("CP-99")).toEqual(["CP-13", "CP-12", "CP-11"]);
    expect(nearest("CD-9")).toEqual(["CA-9", "CM-9", "CP-9"]);
    expect(nearest("A.12.3.2")).toContain("A.12.3.1");
  });

  test("tells a whole section from a control, and names what it holds", () => {
    const held = (text: string, assume?: CatalogueId) => {
      const read = parseControlRef(text, assume);
      return read.kind === "whole section" ? read.nearest.map((named) => named.id) : read;
    };
    expect(held("CIS 18")).toEqual(["18.1", "18.2", "18.3", "18.4", "18.5"]);
    expect(held("A.12.3")).toEqual(["A.12.3.1"]);
    expect(held("A.8.2", "iso-27001-2013")).toEqual(["A.8.2.1", "A.8.2.2", "A.8.2.3"]);
    expect(held("NIST AT")).toEqual(["AT-1", "AT-2", "AT-3", "AT-4", "AT-5", "AT-6"]);
  });

  test("numbers alone are ambiguous, unless a catalogue is assumed", () => {
    expect(parseControlRef("8.2")).toMatchObject({
      kind: "ambiguous",
      nearest: [
        { catalogue: "cis-7.1", id: "8.2" },
        { catalogue: "cis-8.1", id: "8.2" },
        { catalogue: "iso-27001-2022", id: "8.2" },
      ],
    });
    expect(parseControlRef("8.2", "cis-8.1")).toEqual(ref("cis-8.1", "8.2"));
  });

  test.each(["CIS v6 3.1", "ISO 27001:2005 A.10.5.1", "NIST SP 800-53r4 AC-2"])(
    "%s is of an edition that is not known here",
    (text) => {
      expect(parseControlRef(text).kind).toBe("unknown catalogue");
    },
  );

  test.each(["", "backup", "CIS v8.1", "CIS.8.2x", "CIS 1.1.1", "no 5", "10.25.20.14", "99.99"])(
    "%j is no reference to a control",
    (text) => {
      expect(parseControlRef(text).kind).toBe("unreadable");
    },
  );

  test("whatever the text, it names only controls that exist", () => {
    const piece = fc.constantFrom(
      "CIS",
      "ISO",
      "27001",
      ":2013",
      "NIST",
      "AC",
      "A",
      ".",
      "-",
      "(",
      ")",
      " ",
      "v8",
      "8",
      "12",
      "3",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, fc.option(fc.constantFrom(...catalogueIds), { nil: undefined }), (written, assume) => {
        const read = parseControlRef(written, assume);
        const named = read.kind === "control" ? [read] : read.nearest;
        for (const { catalogue, id } of named) expect(findControl(catalogue, id)).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });
});
