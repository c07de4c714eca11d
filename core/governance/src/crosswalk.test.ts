import { describe, expect, test } from "vitest";
import { catalogueOf, crosswalk, crosswalkBack, findControl } from "./index.ts";

const old = catalogueOf("iso-27001-2013").controls.map((control) => control.id);
const current = catalogueOf("iso-27001-2022").controls.map((control) => control.id);

describe("the crosswalk from ISO/IEC 27001:2013 to 2022", () => {
  test("leads the lab's controls to their successors", () => {
    expect(crosswalk("A.12.3.1")).toEqual(["8.13"]);
    expect(crosswalk("A.12.4.1")).toEqual(["8.15"]);
    expect(crosswalk("A.14.2.5")).toEqual(["8.27"]);
  });

  test("leads every control of 2013 to controls that 2022 has", () => {
    expect(old.filter((id) => crosswalk(id).length === 0)).toEqual([]);
    const targets = old.flatMap((id) => crosswalk(id));
    expect(targets.filter((id) => findControl("iso-27001-2022", id) === undefined)).toEqual([]);
  });

  test("splits one control of 2013, and merges many", () => {
    expect(old.filter((id) => crosswalk(id).length > 1)).toEqual(["A.18.2.3"]);
    expect(crosswalk("A.18.2.3")).toEqual(["5.36", "8.8"]);
    expect(crosswalkBack("8.32")).toEqual(["A.12.1.2", "A.14.2.2", "A.14.2.3", "A.14.2.4"]);
  });

  test("leads back from every control of 2022, and from the 11 new ones to nothing", () => {
    expect(current.filter((id) => crosswalkBack(id)?.length === 0)).toEqual(
      ["5.7", "5.23", "5.30", "7.4", "8.9", "8.10", "8.11", "8.12", "8.16", "8.23", "8.28"], // as ISO counts them
    );
    const pairs = current.flatMap((id) => (crosswalkBack(id) ?? ["none"]).map((from) => ({ from, id })));
    expect(pairs.filter(({ from, id }) => !crosswalk(from).includes(id))).toEqual([]);
    expect(pairs).toHaveLength(old.flatMap((id) => crosswalk(id)).length);
  });

  test("knows nothing of an id of another edition", () => {
    expect(crosswalk("8.13")).toEqual([]);
    expect(crosswalkBack("A.12.3.1")).toBeUndefined();
  });
});
