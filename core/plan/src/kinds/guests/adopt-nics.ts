import type { PveVersion } from "@orrery/contract";
import { isIpv4, type LabInput } from "@orrery/model";
import type { GuestKind } from "@orrery/state";
import { type Properties, valueText } from "../../compare/value.ts";
import { adoptedOptions, partsOf } from "./adopt-options.ts";
import { isNet } from "./formats.ts";

type NicItem = NonNullable<LabInput["guests"]["items"][number]["nics"]>[number];

const own = new Set("bridge tag macaddr hwaddr firewall rate mtu ip gw ip6 gw6".split(" "));

const bySlot = (one: string, other: string): number => Number(one.slice(3)) - Number(other.slice(3));

/** The network cards on bridges, with their addresses where the cluster sets them. */
export const adoptedNics = (
  version: PveVersion,
  type: GuestKind,
  properties: Properties,
  isInitialised: boolean,
): NicItem[] =>
  Object.keys(properties)
    .filter((key) => isNet(key) && properties[`${key}.bridge`] !== undefined)
    .toSorted(bySlot)
    .map((slot, index): NicItem => {
      const isVm = type === "qemu";
      const told = (key: string): string | undefined => {
        const value = properties[key];
        return value === undefined ? undefined : valueText(value);
      };
      const at = isVm ? `ipconfig${slot.slice(3)}` : slot;
      const addressed = (part: string): string | undefined =>
        isVm && !isInitialised ? undefined : told(`${at}.${part}`);
      const [ip, gateway, ip6, gateway6] = [addressed("ip"), addressed("gw"), addressed("ip6"), addressed("gw6")];
      const address = ip?.split("/")[0];
      const [main, tag, mac] = [told(slot), told(`${slot}.tag`), told(`${slot}.${isVm ? "macaddr" : "hwaddr"}`)];
      const [rate, mtu] = [told(`${slot}.rate`), told(`${slot}.mtu`)];
      const rest = partsOf(properties, slot).filter(([part]) => !own.has(part));
      const options = adoptedOptions(version, type, slot, rest);
      return {
        bridge: told(`${slot}.bridge`) ?? "",
        ...(slot === `net${index}` ? {} : { slot }),
        ...(tag === undefined ? {} : { vlan: Number(tag) }),
        ...(isIpv4(address) ? { address } : {}),
        ...(mac === undefined ? {} : { mac }),
        ...(isVm && main !== "virtio" && main !== undefined ? { model: main } : {}),
        ...(!isVm && main !== `eth${index}` && main !== undefined ? { name: main } : {}),
        ...(told(`${slot}.firewall`) === "1" ? { firewall: true } : {}),
        ...(rate === undefined ? {} : { rate: `${Number(rate)} MiB/s` }),
        ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
        ...(ip === undefined ? {} : { ip }),
        ...(gateway === undefined ? {} : { gateway }),
        ...(ip6 === undefined ? {} : { ip6 }),
        ...(gateway6 === undefined ? {} : { gateway6 }),
        ...(Object.keys(options).length === 0 ? {} : { options }),
      };
    });
