import * as model from "@orrery/model";

/** What `@orrery/model` is to a declaration: the one that Orrery itself runs with, wherever that was loaded from. */
export const ownModelUrl = "orrery:model";

const key = "orrery.model";
Object.defineProperty(globalThis, Symbol.for(key), { value: model, configurable: true });

/** A module with the same exports; their kinds of value have no live bindings among them. */
export const ownModelCode = (): string =>
  `export const { ${Object.keys(model).join(", ")} } = globalThis[Symbol.for("${key}")];`;
