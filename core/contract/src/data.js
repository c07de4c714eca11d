// Plain JavaScript beside its `data.d.mts`, so that the type checker does not infer a type from 1.2 MB of JSON (3 s).
import pve84 from "../data/pve-8.4.json" with { type: "json" };
import pve92 from "../data/pve-9.2.json" with { type: "json" };

export const routesOf = { 8.4: pve84, 9.2: pve92 };
