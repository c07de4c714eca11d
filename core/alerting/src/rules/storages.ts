import { formatRatio } from "@orrery/model";
import type { AlertRule } from "../alert-rule.ts";
import {
  aggregate,
  both,
  calculate,
  type Expression,
  either,
  except,
  forecast,
  where,
} from "../expression/expression.ts";
import { promSpan } from "../expression/promql.ts";
import {
  day,
  example,
  exampleNode,
  generally,
  hour,
  longExample,
  minute,
  ofNode,
  type RuleMaker,
  responseTo,
  select,
  series,
} from "./making.ts";
import { sustainedFor, thresholdText } from "./nodes.ts";

const storages = "id=~storage/.+";
const used = select("pve_disk_usage_bytes", storages);
const size = select("pve_disk_size_bytes", storages);
const shared = where(select("pve_storage_shared"), "==", 1);
const info = select("pve_storage_info");

/** One for each storage: a shared one is the same on all its nodes, and is told of once. */
export const perStorage = (of: Expression): Expression =>
  either(
    calculate(except(of, shared, ["id"]), "*", info, { on: ["id"], copy: ["node", "storage"] }),
    aggregate("max", ["storage"], calculate(both(of, shared, ["id"]), "*", info, { on: ["id"], copy: ["storage"] })),
  );

/** A storage for examples. */
const storageSeries = (node: string, storage: string, isShared: boolean, ratio: number, times: number) => {
  const id = `storage/${node}/${storage}`;
  return [
    series("pve_disk_usage_bytes", { id }, [ratio * 1_000_000, times]),
    series("pve_disk_size_bytes", { id }, [1_000_000, times]),
    series("pve_storage_shared", { id }, [isShared ? 1 : 0, times]),
    series("pve_storage_info", { id, node, storage, plugintype: "dir", content: "images" }, [1, times]),
  ];
};

const filling: RuleMaker = (making) => {
  const node = exampleNode(making);
  return making.lab.monitoring.thresholds.flatMap((threshold): AlertRule[] => {
    if (threshold.subject !== "storage") return [];
    return (["warning", "critical"] as const).flatMap((severity): AlertRule[] => {
      const level = threshold[severity];
      const sustained = sustainedFor(level, "storage");
      const over = (1 + level.above) / 2;
      const times = Math.ceil(sustained.for / minute) + 5;
      const end = Math.ceil(sustained.for / minute) * minute;
      const common = {
        severity,
        ...sustained,
        description: `More than ${formatRatio(level.above)} for ${promSpan(sustained.for)}.`,
        response: responseTo(making, "storage"),
        because: thresholdText("storage", severity, level.above),
      } as const;
      const root = (value: number) => [
        series("pve_disk_usage_bytes", { id: `node/${node}` }, [value * 1_000_000, times]),
        series("pve_disk_size_bytes", { id: `node/${node}` }, [1_000_000, times]),
      ];
      return [
        {
          ...common,
          name: "StorageFull",
          scope: "storage",
          expression: perStorage(where(calculate(used, "/", size), ">", level.above)),
          summary: "The storage {storage} is full to {value:percent}",
          examples: [
            example("a node's own storage", end, storageSeries(node, "local", false, over, times), [
              { id: `storage/${node}/local`, node, storage: "local" },
            ]),
            example(
              "a shared one, once for all nodes",
              end,
              [...storageSeries(node, "nfs", true, over, times), ...storageSeries("other", "nfs", true, over, times)],
              [{ storage: "nfs" }],
            ),
            example("one with room", end, storageSeries(node, "local", false, level.above, times)),
            example("one that is not there, and has no size", end, storageSeries(node, "local", false, 0, times)),
          ],
        },
        {
          ...common,
          name: "NodeRootFull",
          scope: "node",
          expression: ofNode(
            where(
              calculate(
                select("pve_disk_usage_bytes", "id=~node/.+"),
                "/",
                select("pve_disk_size_bytes", "id=~node/.+"),
              ),
              ">",
              level.above,
            ),
          ),
          summary: "The root file system of {node} is full to {value:percent}",
          examples: [
            example("a full one", end, root(over), [{ id: `node/${node}`, node }]),
            example("one with room", end, root(level.above)),
          ],
        },
      ];
    });
  });
};

/** So full that nothing more can be written to it, whatever is declared of less. */
const exhaustedAbove = 0.99;

const exhausted: RuleMaker = (making) => {
  const node = exampleNode(making);
  return [
    {
      name: "StorageExhausted",
      severity: "critical",
      scope: "storage",
      expression: perStorage(where(calculate(used, "/", size), ">", exhaustedAbove)),
      for: 0,
      summary: "The storage {storage} has no room left",
      description:
        "It is full to {value:percent}. Guests whose disks grow on it are paused or fail, and backups to it end.",
      response: responseTo(making, "storage"),
      because: `Nothing is declared: above ${formatRatio(exhaustedAbove)} it is too late to wait for how long.`,
      examples: [
        example("a full one", minute, storageSeries(node, "local", false, 1, 5), [
          { id: `storage/${node}/local`, node, storage: "local" },
        ]),
        example("one that is nearly full", minute, storageSeries(node, "local", false, 0.98, 5)),
      ],
    },
  ];
};

const ahead = 4 * day;

const fillingSoon: RuleMaker = (making) => {
  const node = exampleNode(making);
  const id = `storage/${node}/local`;
  const [, ...others] = storageSeries(node, "local", false, 0, 40);
  const usage = (...runs: [number, number][]) => [series("pve_disk_usage_bytes", { id }, ...runs), ...others];
  const climb = Array.from({ length: 37 }, (_, place): [number, number] => [600_000 + place * 1_000, 1]);
  return [
    {
      name: "StorageFillsSoon",
      severity: "warning",
      scope: "storage",
      expression: perStorage(
        both(where(forecast(ahead, 6 * hour, used), ">", size), where(calculate(used, "/", size), ">", 0.5)),
      ),
      for: hour,
      summary: "The storage {storage} will be full within 4d",
      description: "If it goes on filling as it did for 6h.",
      response: responseTo(making, "storage"),
      because: "Nothing is declared: four days reach over a weekend. A storage that is half empty may fill.",
      examples: [
        longExample("one that fills", 6 * hour, usage(...climb), [{ id, node, storage: "local" }]),
        longExample("one that stays as full as it is", 6 * hour, usage([800_000, 37])),
      ],
    },
  ];
};

const gone: RuleMaker = (making) => {
  const node = exampleNode(making);
  const up = (value: number) => [
    series("pve_up", { id: `storage/${node}/nfs` }, [value, 10]),
    series(
      "pve_storage_info",
      { id: `storage/${node}/nfs`, node, storage: "nfs", plugintype: "nfs", content: "images" },
      [1, 10],
    ),
  ];
  return [
    {
      name: "StorageUnavailable",
      severity: "warning",
      scope: "storage",
      expression: calculate(where(select("pve_up", storages), "==", 0), "*", info, {
        on: ["id"],
        copy: ["node", "storage"],
      }),
      for: 2 * minute,
      summary: "{node} cannot reach the storage {storage}",
      description: "It has not been available there for 2m. Guests whose disks are on it stand still.",
      response: generally(making),
      because: "Nothing is declared: what is enabled for a node should be there.",
      examples: [
        example("a server that is gone", 3 * minute, up(0), [{ id: `storage/${node}/nfs`, node, storage: "nfs" }]),
        example("one that is there", 3 * minute, up(1)),
      ],
    },
  ];
};

export const storageRules: RuleMaker = (making) => [
  ...filling(making),
  ...exhausted(making),
  ...fillingSoon(making),
  ...gone(making),
];
