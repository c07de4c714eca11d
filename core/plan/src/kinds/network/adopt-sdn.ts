import type { PveVersion } from "@orrery/contract";
import { type LabInput, type ProxmoxOption, secret } from "@orrery/model";
import { type ClusterState, valueIn } from "@orrery/state";
import { type Properties, valueText } from "../../compare/value.ts";
import { naturalOptions } from "../natural-option.ts";
import { type SdnKind, sdnForms, sdnOptions } from "./sdn-forms.ts";
import { observedSdn, sdnProperties, subnetCidr } from "./sdn-object.ts";

type Sdn = NonNullable<LabInput["network"]["sdn"]>;
type Named<T> = Record<string, T>;
type Found = { readonly id: string; readonly type: string; readonly properties: Properties };

/** `env:SDN_IPAM_NETBOX_TOKEN`. */
const secretsOf = (kind: SdnKind, { id, type }: Found): Record<string, ProxmoxOption> =>
  type === "pve"
    ? {}
    : Object.fromEntries(
        sdnForms[kind].secrets.map((key) => [
          key,
          secret(`env:${`${kind}_${id}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`),
        ]),
      );

/** All options but those that have a field of their own. */
const optionsOf = (
  contract: PveVersion,
  kind: SdnKind,
  found: Found,
  said: readonly string[],
): { options?: Record<string, ProxmoxOption> } => {
  const left = Object.entries(found.properties).filter(([key]) => key !== "type" && !said.includes(key));
  const options = {
    ...naturalOptions(sdnOptions(contract, kind), Object.fromEntries(left)),
    ...secretsOf(kind, found),
  };
  return Object.keys(options).length === 0 ? {} : { options };
};

const rangeOf = (text: string): { from: string; to: string } => {
  const [, from = "", to = ""] = /^start-address=([^,]*),end-address=(.*)$/.exec(text) ?? [];
  return { from, to };
};

const filled = <T>(key: keyof Sdn, items: Named<T>): { [K in keyof Sdn]?: Named<T> } =>
  Object.keys(items).length === 0 ? {} : { [key]: items };

/** SDN as it is configured: what waits to be applied among it, which a plan then applies. */
export const adoptSdn = (state: ClusterState): { sdn?: Sdn } => {
  const sdn = valueIn(state.sdn);
  if (sdn === undefined) return {};
  const { contract } = state;
  const found = (kind: SdnKind): Found[] =>
    observedSdn(kind, sdn, "next").map((raw) => ({
      ...raw,
      properties: sdnProperties(contract, kind, raw).properties,
    }));
  const plain = (kind: SdnKind): Named<{ type: string; options?: Record<string, ProxmoxOption> }> =>
    Object.fromEntries(
      found(kind)
        .filter(({ id }) => !(kind === "sdn ipam" && id === "pve"))
        .map((one) => [one.id, { type: one.type, ...optionsOf(contract, kind, one, []) }]),
    );
  const zones = found("sdn zone").map((one) => {
    const { nodes } = one.properties;
    const options = optionsOf(contract, "sdn zone", one, ["nodes"]);
    return [one.id, { type: one.type, ...(Array.isArray(nodes) ? { nodes } : {}), ...options }] as const;
  });
  const subnets = found("sdn subnet");
  const vnets = found("sdn vnet").map((one) => {
    const { zone, tag, alias } = one.properties;
    const own = subnets
      .filter(({ properties }) => valueText(properties.vnet) === one.id)
      .map((subnet) => {
        const { gateway, snat, "dhcp-range": ranges } = subnet.properties;
        const said = ["vnet", "gateway", "snat", "dhcp-range"];
        return [
          subnetCidr(subnet.id),
          {
            ...(gateway === undefined ? {} : { gateway: valueText(gateway) }),
            ...(snat === undefined ? {} : { snat: snat === "1" }),
            ...(Array.isArray(ranges) ? { dhcp: ranges.map(rangeOf) } : {}),
            ...optionsOf(contract, "sdn subnet", subnet, said),
          },
        ] as const;
      });
    return [
      one.id,
      {
        zone: valueText(zone),
        ...(tag === undefined ? {} : { tag: Number(tag) }),
        ...(alias === undefined ? {} : { alias: valueText(alias) }),
        ...optionsOf(contract, "sdn vnet", one, ["zone", "tag", "alias"]),
        ...(own.length === 0 ? {} : { subnets: Object.fromEntries(own) }),
      },
    ] as const;
  });
  const whole = {
    ...filled("controllers", plain("sdn controller")),
    ...filled("ipams", plain("sdn ipam")),
    ...filled("dns", plain("sdn dns")),
    ...filled("zones", Object.fromEntries(zones)),
    ...filled("vnets", Object.fromEntries(vnets)),
  };
  // Types of objects are those of the contract, and the model has them all.
  return Object.keys(whole).length === 0 ? {} : { sdn: whole as Sdn };
};
