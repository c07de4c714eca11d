import { rules } from "@orrery/assurance";
import { print } from "../output.ts";
import { rulesNamed } from "../rule-names.ts";
import { terminalOf } from "../terminal.ts";
import { ruleJson, ruleListView, ruleView } from "../views/rule-view.ts";

/** `orrery explain`: one rule in full, or a list of several. */
export const explain = async (name: string | undefined, options: { readonly json?: boolean }): Promise<void> => {
  const named = name === undefined ? rules : rulesNamed(name);
  const [only] = named;
  const terminal = terminalOf(process.stdout, process.env);
  const one = only !== undefined && only.id === name;
  if (options.json) await print(JSON.stringify(one ? ruleJson(only) : named.map(ruleJson), null, 2));
  else await print(one ? ruleView(only, terminal) : ruleListView(named, terminal));
};
