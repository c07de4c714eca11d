import type { ProxmoxOption } from "@orrery/model";

/**
 * An option as a configuration file of Proxmox has it; undefined of what nobody knows and of secrets.
 *
 * @param separator what stands between the entries of a list
 */
export const optionText = (value: ProxmoxOption, separator = ","): string | number | undefined => {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.join(separator);
  if ("kind" in value && (value.kind === "secret" || value.kind === "unknown")) return undefined;
  return Object.entries(value)
    .map(([key, part]) => `${key}=${typeof part === "boolean" ? Number(part) : part}`)
    .join(",");
};
