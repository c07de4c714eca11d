import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { source } from "./panel.ts";
import { of } from "./query.ts";

/** What a reader chooses, in the order in which one choice narrows the next. */
export type Choice = "cluster" | "node" | "guest" | "storage";

const datasource = (): Builder<VariableModel> =>
  new DatasourceVariableBuilder("datasource").label("Data source").type("prometheus");

const queried = (name: Choice, label: string, query: string): QueryVariableBuilder =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(source)
    .query({ query, refId: name })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc);

const choices: Readonly<Record<Choice, () => Builder<VariableModel>>> = {
  cluster: () => queried("cluster", "Cluster", "label_values(pve_up, cluster)"),
  node: () => queried("node", "Node", `label_values(${of("pve_node_info")}, name)`),
  // Guests are shown by their names and told apart by their ids: two may have one name.
  guest: () =>
    queried("guest", "Guest", `query_result(${of("pve_guest_info", 'template!="1"')})`).regex(
      '/name="(?<text>[^"]+)"|id="(?<value>[^"]+)"/g',
    ),
  storage: () =>
    queried("storage", "Storage", `label_values(${of("pve_storage_info")}, storage)`)
      .multi(true)
      .includeAll(true)
      .allValue(".+")
      .current({ text: "All", value: "$__all" }),
};

export const variablesOf = (names: readonly Choice[]): Builder<VariableModel>[] => [
  datasource(),
  ...names.map((name) => choices[name]()),
];
