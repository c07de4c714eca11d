import type { PveVersion } from "@orrery/contract";
import { isUnknown, type ProxmoxOption, type ProxmoxOptions, type Sdn } from "@orrery/model";
import { type Row, type SdnState, valueIn } from "@orrery/state";
import type { DeclaredObject, ObjectRef, ObservedObject } from "../../compare/object.ts";
import { valueText } from "../../compare/value.ts";
import type { CallValue } from "../../plan/call.ts";
import type { Declaring, Kind, Planning } from "../kind.ts";
import { type ReadOptions, readOptions } from "../option.ts";
import { plainCall, plainSteps } from "../plain-steps.ts";
import { sentChanges, sentOptions } from "../sent-option.ts";
import { type SdnKind, sdnForms, sdnOptions } from "./sdn-forms.ts";

/** An SDN object as the declaration or the cluster has it, before it is brought into canonical form. */
type Raw = { readonly id: string; readonly type: string; readonly given: Readonly<Record<string, unknown>> };

type DeclaredRaw = Raw & { readonly path: readonly string[] };

/** `10.0.0.0/24` of a vnet in a zone, as Proxmox calls it: `zone-10.0.0.0-24`. */
const subnetId = (zone: string, cidr: string): string => `${zone}-${cidr.replace("/", "-")}`;

/** The address of a subnet by its id: `zone-10.0.0.0-24` is `10.0.0.0/24`. */
export const subnetCidr = (id: string): string => id.replace(/^[^-]+-/, "").replace(/-(\d+)$/, "/$1");

type Range = { readonly from: string; readonly to: string };

const rangeText = ({ from, to }: Range): string => `start-address=${from},end-address=${to}`;

const withNodes = (of: Declaring, nodes: readonly (string | object)[] | undefined): object => {
  const names = nodes?.flatMap((node) => (typeof node === "string" ? (of.inventory.nodeOf(node) ?? node) : []));
  return names === undefined ? {} : { nodes: names };
};

/** What is declared of each kind. */
const declaredOf: Readonly<Record<SdnKind, (sdn: Sdn, of: Declaring) => readonly DeclaredRaw[]>> = {
  "sdn controller": ({ controllers }) =>
    Object.entries(controllers).map(([id, { type, options }]) => ({
      id,
      type,
      given: { ...options },
      path: ["controllers", id],
    })),
  "sdn ipam": ({ ipams }) =>
    Object.entries(ipams).map(([id, { type, options }]) => ({ id, type, given: { ...options }, path: ["ipams", id] })),
  "sdn dns": ({ dns }) =>
    Object.entries(dns).map(([id, { type, options }]) => ({ id, type, given: { ...options }, path: ["dns", id] })),
  "sdn zone": ({ zones }, of) =>
    Object.entries(zones).map(([id, { type, nodes, options }]) => ({
      id,
      type,
      given: { ...options, ...withNodes(of, nodes) },
      path: ["zones", id],
    })),
  "sdn vnet": ({ vnets }) =>
    Object.entries(vnets).map(([id, { zone, tag, alias, options }]) => ({
      id,
      type: "vnet",
      given: { ...options, zone, tag, alias },
      path: ["vnets", id],
    })),
  "sdn subnet": ({ vnets }) =>
    Object.entries(vnets).flatMap(([vnet, { zone, subnets }]) =>
      Object.entries(subnets).map(([cidr, { gateway, snat, dhcp, options }]) => ({
        id: subnetId(zone, cidr),
        type: "subnet",
        given: { ...options, vnet, gateway, snat, "dhcp-range": dhcp.map(rangeText) },
        path: ["vnets", vnet, "subnets", cidr],
      })),
    ),
};

const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);

const addressIn = (range: Row, key: string): string => {
  const address = range[key];
  return typeof address === "string" ? address : "";
};

/** Ranges are answered taken apart, and asked for in one text each. */
const rangesIn = (row: Row): Record<string, unknown> => {
  const ranges = row["dhcp-range"];
  if (!Array.isArray(ranges)) return row;
  return {
    ...row,
    "dhcp-range": ranges.map((range: unknown) =>
      isRow(range)
        ? rangeText({ from: addressIn(range, "start-address"), to: addressIn(range, "end-address") })
        : range,
    ),
  };
};

type Side = "next" | "live";

/** What is observed of each kind: as configured, or as it runs. */
export const observedSdn = (kind: SdnKind, sdn: SdnState, side: Side): readonly Raw[] => {
  switch (kind) {
    case "sdn ipam":
    case "sdn dns":
      return (kind === "sdn ipam" ? sdn.ipams : sdn.dns).map(({ id, type, options }) => ({ id, type, given: options }));
    case "sdn controller":
    case "sdn zone":
    case "sdn vnet":
    case "sdn subnet": {
      const listed = {
        "sdn controller": sdn.controllers,
        "sdn zone": sdn.zones,
        "sdn vnet": sdn.vnets,
        "sdn subnet": sdn.subnets,
      }[kind];
      return listed.flatMap(({ id, type, [side]: row }) =>
        row === undefined ? [] : [{ id, type, given: rangesIn(row) }],
      );
    }
  }
};

const text = (of: ReadOptions, key: string): string[] => {
  const value = of.properties[key];
  return value === undefined ? [] : [valueText(value)];
};

/** What an object stands on. */
const needsOf = (kind: SdnKind, of: ReadOptions): ObjectRef[] => {
  const refs = (other: SdnKind, key: string): ObjectRef[] => text(of, key).map((id) => ({ kind: other, id }));
  switch (kind) {
    case "sdn zone":
      return [
        ...refs("sdn controller", "controller"),
        ...refs("sdn ipam", "ipam"),
        ...refs("sdn dns", "dns"),
        ...refs("sdn dns", "reversedns"),
      ];
    case "sdn vnet":
      return refs("sdn zone", "zone");
    case "sdn subnet":
      return refs("sdn vnet", "vnet");
    case "sdn controller":
    case "sdn ipam":
    case "sdn dns":
      return [];
  }
};

const isTagged = (option: unknown): option is Extract<ProxmoxOption, { kind: string }> =>
  typeof option === "object" && option !== null && "kind" in option;

/** Its properties in canonical form, its type among them. */
export const sdnProperties = (contract: PveVersion, kind: SdnKind, { type, given }: Raw): ReadOptions => {
  const known = Object.entries(given).filter(([key]) => !sdnForms[kind].secrets.includes(key));
  const read = readOptions(sdnOptions(contract, kind), Object.fromEntries(known));
  return { ...read, properties: { ...read.properties, type } };
};

const declaredObject = (of: Declaring, kind: SdnKind, raw: DeclaredRaw): DeclaredObject => {
  const { secrets } = sdnForms[kind];
  const path = ["network", "sdn", ...raw.path];
  const place = path.join(".");
  const plain = Object.entries(raw.given).filter(([, option]) => !isTagged(option));
  const read = sdnProperties(of.contract, kind, { ...raw, given: Object.fromEntries(plain) });
  const open = Object.fromEntries(
    Object.entries(raw.given).flatMap(([key, option]) =>
      isTagged(option) && isUnknown(option) ? [[key, option.why]] : [],
    ),
  );
  // Drawn where nobody says it.
  if (kind === "sdn zone" && raw.type === "evpn" && read.properties.mac === undefined)
    open.mac ??= "Proxmox draws it when the zone is made";
  const clear = secrets.find((key) => raw.given[key] !== undefined && !isTagged(raw.given[key]));
  const [problem] = read.problems;
  const refused =
    problem === undefined
      ? clear === undefined
        ? undefined
        : `the option ${clear} has to be a secret("env:NAME") (${place}.options.${clear})`
      : `the option ${problem.option} ${problem.why} (${place}.options.${problem.option})`;
  const missing = secrets.filter((key) => raw.given[key] === undefined && raw.type !== "pve");
  return {
    kind,
    id: raw.id,
    properties: read.properties,
    open,
    ...(refused === undefined ? {} : { refused }),
    ...(missing.length === 0
      ? {}
      : { incomplete: `the declaration would have to say ${missing.join(", ")} (${place}.options)` }),
    path,
    needs: needsOf(kind, read),
  };
};

/** The declared objects of a kind. */
export const declaredSdn = (of: Declaring, kind: SdnKind): readonly DeclaredObject[] => {
  const { sdn } = of.inventory.lab.network;
  return sdn === undefined ? [] : declaredOf[kind](sdn, of).map((raw) => declaredObject(of, kind, raw));
};

const secretsOf = (kind: SdnKind, id: string, { inventory }: Planning): Record<string, CallValue> => {
  const { sdn } = inventory.lab.network;
  const options: ProxmoxOptions | undefined =
    kind === "sdn ipam" ? sdn?.ipams[id]?.options : kind === "sdn dns" ? sdn?.dns[id]?.options : undefined;
  return Object.fromEntries(
    sdnForms[kind].secrets.flatMap((key) => {
      const option = options?.[key];
      return isTagged(option) && option.kind === "secret" ? [[key, { secret: option.from }]] : [];
    }),
  );
};

/** What its path holds beside its own id. */
const around = (kind: SdnKind, vnet: CallValue): Record<string, CallValue> => (kind === "sdn subnet" ? { vnet } : {});

/** A kind of SDN object: as it is configured, which is not yet how it runs. */
export const sdnObject = (kind: SdnKind, noun: string): Kind => ({
  noun,
  declared: (of) => declaredSdn(of, kind),
  observed: (state) => {
    const { sdn } = state;
    if (sdn.kind !== "observed") return { objects: [], blind: [{ kind, why: sdn.why }] };
    const hidden = Object.fromEntries(sdnForms[kind].secrets.map((key) => [key, "Proxmox tells nobody"]));
    return {
      objects: observedSdn(kind, sdn.value, "next").map((raw): ObservedObject => {
        const read = sdnProperties(state.contract, kind, raw);
        return {
          kind,
          id: raw.id,
          properties: read.properties,
          hidden,
          // None of them has a comment that could bear a mark.
          marked: false,
          builtIn: kind === "sdn ipam" && raw.id === "pve",
          at: sdn.at,
          needs: needsOf(kind, read),
        };
      }),
      blind: [],
    };
  },
  sources: () => [{ of: "cluster", part: "sdn" }],
  steps: plainSteps({
    called: (id) => `the ${noun} ${kind === "sdn subnet" ? subnetCidr(id) : id}`,
    risk: "hot",
    create: ({ id, properties }, planning) => [
      plainCall("POST", sdnForms[kind].path, {
        ...sentOptions(sdnOptions(planning.contract, kind), properties),
        [sdnForms[kind].key]: kind === "sdn subnet" ? subnetCidr(id) : id,
        ...(kind === "sdn vnet" ? {} : { type: valueText(properties.type) }),
        ...secretsOf(kind, id, planning),
      }),
    ],
    change: ({ declared, observed, properties }, planning) => {
      if (properties.some(({ property }) => property === "type" || (kind === "sdn subnet" && property === "vnet")))
        return [];
      const { set, gone } = sentChanges(sdnOptions(planning.contract, kind), properties);
      return [
        plainCall("PUT", sdnForms[kind].onePath, {
          ...around(kind, valueText(observed.properties.vnet)),
          [sdnForms[kind].key]: declared.id,
          ...set,
          ...(gone.length === 0 ? {} : { delete: gone.join(",") }),
        }),
      ];
    },
    remove: ({ id, properties }) => [
      plainCall("DELETE", sdnForms[kind].onePath, {
        ...around(kind, valueText(properties.vnet)),
        [sdnForms[kind].key]: id,
      }),
    ],
  }),
  stuck: (change) =>
    change.kind === "changed"
      ? change.properties.flatMap(({ property, declared, observed }) =>
          property === "type" || (kind === "sdn subnet" && property === "vnet")
            ? [
                `the ${noun} ${change.declared.id} keeps the ${property} that it was made with (${valueText(observed)}, declared ${valueText(declared)}); declare another one of a new name, move guests there, and then remove this one`,
              ]
            : [],
        )
      : [],
});

/** What was observed of SDN; undefined where it could not be. */
export const sdnSeen = (of: Declaring): SdnState | undefined => valueIn(of.state.sdn);
