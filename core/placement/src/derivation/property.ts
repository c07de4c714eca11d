import type { Json } from "@orrery/state";

/** `local:vm-1-disk-0,size=32G` as keys and values; what has no key stands under the empty one. */
export const propertiesOf = (text: string | number | undefined): ReadonlyMap<string, string> =>
  new Map(
    `${text ?? ""}`
      .split(",")
      .filter((part) => part.trim() !== "")
      .map((part): [string, string] => {
        const equals = part.indexOf("=");
        return equals < 0 ? ["", part] : [part.slice(0, equals).trim(), part.slice(equals + 1)];
      }),
  );

/** The words of a list: separated by commas, semicolons or blanks. */
export const wordsOf = (text: unknown): string[] =>
  typeof text === "string" || typeof text === "number" ? `${text}`.split(/[,;\s]+/).filter(Boolean) : [];

/** A flag as Proxmox writes it. */
export const isOn = (value: Json | undefined): boolean =>
  value === 1 || value === true || (typeof value === "string" && /^(1|on|yes|true)$/i.test(value));
