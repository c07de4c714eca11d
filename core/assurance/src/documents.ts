import { isUnknown, type Lab, type Path } from "@orrery/model";

/** A document that the declaration leans on: where it is named, by whom. */
export type Linked = { readonly document: string; readonly by: string; readonly path: Path };

export const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);

/** The named steps of a path or URL: `../../a/./b.md#part` is `a`, `b.md`. Where a relative path begins is not known here. */
export const stepsOf = (target: string): readonly string[] =>
  (target.split(/[?#]/)[0] ?? "")
    .replace(/^[a-z]+:\/\//i, "")
    .split("/")
    .filter((step) => step !== "" && step !== "." && step !== "..");

/** Whether one path ends as the other does: `b.md` and `a/b.md` may be the same file, `c/b.md` and `a/b.md` are not. */
export const samePath = (a: string, b: string): boolean => {
  const [one, other] = [stepsOf(a), stepsOf(b)];
  const shorter = Math.min(one.length, other.length);
  return shorter > 0 && one.slice(-shorter).join("/") === other.slice(-shorter).join("/");
};

/** The last step without its ending: `PROX-MAINT-001` of `../Procedures/PROX-MAINT-001.md`. */
export const stemOf = (target: string): string => (stepsOf(target).at(-1) ?? "").replace(/\.[A-Za-z0-9]{1,5}$/, "");

/** Whether a document is among those that are known to exist, by its path or its id. */
export const hasDocument = (lab: Lab, document: string): boolean =>
  (lab.references?.existing ?? []).some((known) => samePath(known, document) || stemOf(document) === known);

/** Every document that a chapter links or names, in the order of the chapters. */
export const linkedDocuments = (lab: Lab): readonly Linked[] => {
  const whole = (chapter: "monitoring" | "backup" | "recovery" | "changes"): Linked[] => {
    const document = lab[chapter]?.document;
    return document === undefined ? [] : [{ document, by: `the ${chapter} chapter`, path: [chapter, "document"] }];
  };
  return [
    ...lab.maintenance.procedures.map(({ document, id }, index) => ({
      document,
      by: id,
      path: ["maintenance", "procedures", index, "document"],
    })),
    ...lab.monitoring.thresholds.flatMap(({ document, response }, index) =>
      document === undefined ? [] : [{ document, by: response, path: ["monitoring", "thresholds", index, "document"] }],
    ),
    ...whole("monitoring"),
    ...lab.access.methods.map(({ document, type }, index) => ({
      document,
      by: type,
      path: ["access", "methods", index, "document"],
    })),
    ...lab.controls.policies.map((document, index) => ({
      document,
      by: "the controls chapter",
      path: ["controls", "policies", index],
    })),
    ...whole("backup"),
    ...lab.recovery.scenarios.flatMap(({ document, procedure }, index) =>
      document === undefined ? [] : [{ document, by: procedure, path: ["recovery", "scenarios", index, "document"] }],
    ),
    ...whole("recovery"),
    ...whole("changes"),
    ...(lab.references?.internal ?? []).map(({ target, title }, index) => ({
      document: target,
      by: title,
      path: ["references", "internal", index, "target"],
    })),
    ...(lab.references?.external ?? []).flatMap(({ archived, title }, index) =>
      isUnknown(archived)
        ? []
        : [{ document: archived, by: title, path: ["references", "external", index, "archived"] }],
    ),
  ];
};
