import { type Dict, dict, type Section, sectionDigest } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { needSectionDigest } from "../digest.ts";
import { fail } from "../problem.ts";
import { needLock } from "../quorum.ts";
import { configOf } from "./values.ts";

const modelsOf = (call: Call): Dict<Section> => {
  const models = call.world.cpuModels ?? dict<Section>();
  if (call.method.method !== "GET") call.world.cpuModels = models;
  return models;
};

const shortId = (call: Call): string => call.need("cputype").replace(/^custom-/, "");

const shown = (section: Section): Record<string, unknown> => ({ cputype: `custom-${section.id}`, ...section.options });

const modelOf = (call: Call): Section => {
  const id = shortId(call);
  return modelsOf(call)[id] ?? fail(`Custom cputype 'custom-${id}' not found`);
};

const path = "/cluster/qemu/custom-cpu-models";

/** Models that were made of others; 9 keeps them in cpu-models.conf. */
export const customCpuModels: Handlers = {
  [`GET ${path}`]: (call) => Object.values(modelsOf(call)).map(shown),
  [`POST ${path}`]: (call) => {
    needLock(call.world, call.node, "file-virtual-guest_cpu-models_conf");
    const id = shortId(call);
    if (modelsOf(call)[id] !== undefined) fail(`Custom cputype 'custom-${id}' already exists`);
    modelsOf(call)[id] = { type: "cpu-model", id, options: configOf(call, "cputype") };
    return null;
  },
  [`GET ${path}/{cputype}`]: (call) => ({ ...shown(modelOf(call)), digest: sectionDigest(modelsOf(call)) }),
  [`PUT ${path}/{cputype}`]: (call) => {
    needLock(call.world, call.node, "file-virtual-guest_cpu-models_conf");
    needSectionDigest(call.text("digest"), modelsOf(call));
    const model = modelOf(call);
    Object.assign(model.options, configOf(call, "cputype", "delete", "digest"));
    for (const key of call.list("delete")) delete model.options[key];
    return null;
  },
  [`DELETE ${path}/{cputype}`]: (call) => {
    needLock(call.world, call.node, "file-virtual-guest_cpu-models_conf");
    delete modelsOf(call)[modelOf(call).id];
    return null;
  },
};
