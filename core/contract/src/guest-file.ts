import { sha1 } from "./sha1.ts";

type Config = Readonly<Record<string, string | number>>;

/** `encode_text` of pve-common: control characters, `%`, `:` and all above ASCII become %XX of their UTF-8 bytes. */
const encodeText = (text: string): string =>
  text.replace(/[^\x20-\x24\x26-\x39\x3b-\x7e]/gu, (character) => {
    const escaped = encodeURIComponent(character.isWellFormed() ? character : "\uFFFD");
    return escaped.startsWith("%")
      ? escaped
      : `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, "0")}`;
  });

const renderKeys = (config: Config, skip: ReadonlySet<string>): string =>
  Object.keys(config)
    .filter((key) => !skip.has(key))
    .toSorted()
    .map((key) => `${key}: ${config[key]}\n`)
    .join("");

const description = new Set(["description"]);
const nothing = new Set<string>();

const renderBody = (config: Config): string => {
  const text = config.description;
  const comment =
    text === undefined
      ? ""
      : `${text}`
          .split("\n")
          .map((line) => `#${encodeText(line)}\n`)
          .join("");
  return comment + renderKeys(config, description);
};

/** The parts of a guest's configuration file, in the order of the file. */
export type GuestFile = {
  readonly config: Config;
  readonly pending: Config;
  readonly snapshots: Readonly<Record<string, { readonly config: Config }>>;
};

/** The text of a guest's configuration file, as qemu-server and pve-container write it. */
export const renderGuestFile = ({ config, pending, snapshots }: GuestFile): string => {
  let text = renderBody(config);
  if (Object.keys(pending).length > 0) text += `\n[PENDING]\n${renderKeys(pending, nothing)}`;
  for (const name of Object.keys(snapshots).toSorted()) {
    const snapshot = snapshots[name];
    if (snapshot) text += `\n[${name}]\n${renderBody(snapshot.config)}`;
  }
  return text;
};

/** The digest that Proxmox answers with a guest's configuration. */
export const guestDigest = (file: GuestFile): string => sha1(renderGuestFile(file));
