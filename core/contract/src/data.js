// Plain JavaScript beside its `data.d.ts`, so that the type checker does not infer a type from 1.2 MB of JSON (3 s).

/** Node's own loader, found without importing it; a host without one has the contract of no version. */
const load = globalThis.process?.getBuiltinModule?.("node:module").createRequire(import.meta.url);

// A process speaks one version, as a rule: it need not pay for the other.
export const routesOf = {
  get 8.4() {
    return load("../data/pve-8.4.json");
  },
  get 9.2() {
    return load("../data/pve-9.2.json");
  },
};
