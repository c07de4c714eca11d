import { isUnknown, type ProxmoxOption } from "@orrery/model";

/** An option as its file has it; nothing of a secret, which has a file of its own, and of what is unknown. */
export const inFile = (option: ProxmoxOption, separator = ","): string | number | undefined => {
  if (typeof option === "boolean") return Number(option);
  if (typeof option === "string" || typeof option === "number") return option;
  if (Array.isArray(option)) return option.join(separator);
  if (isUnknown(option) || ("kind" in option && option.kind === "secret")) return undefined;
  return Object.entries(option)
    .map(([key, part]) => `${key}=${typeof part === "boolean" ? Number(part) : String(part)}`)
    .join(",");
};
