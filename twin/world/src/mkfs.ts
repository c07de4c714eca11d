import { drawUuid, type Random } from "./random.ts";

const smallest = 512 * 2 ** 20;

/** Of so many groups of blocks, those that keep a copy of the superblock: the first, and the powers of 3, 5 and 7. */
const groupsWithCopy = (groups: number): number[] => {
  const found = new Set<number>();
  for (const base of [3, 5, 7]) for (let power = 1; power < groups; power *= base) found.add(power);
  return [...found].toSorted((one, other) => one - other);
};

/** The lines that mkfs.ext4 leaves for a container's new volume; the UUID is drawn. */
export const mkfsLines = (size: number, random: Random): string[] => {
  const small = size < smallest;
  const block = small ? 1024 : 4096;
  const blocks = Math.floor(size / block);
  const perGroup = small ? 8192 : 32_768;
  const groups = Math.ceil(blocks / perGroup);
  // As many inodes as fill whole blocks of 256-byte inodes in each group, in eights.
  const perBlock = block / 256;
  const wanted = Math.ceil(size / (small ? 4096 : 16_384) / groups);
  const inodes = Math.floor((Math.ceil(wanted / perBlock) * perBlock) / 8) * 8 * groups;
  const copies = groupsWithCopy(groups).map((group) => group * perGroup + (small ? 1 : 0));
  return [
    `Creating filesystem with ${blocks} ${small ? "1k" : "4k"} blocks and ${inodes} inodes`,
    `Filesystem UUID: ${drawUuid(random)}`,
    ...(copies.length > 0 ? ["Superblock backups stored on blocks: ", `\t${copies.join(", ")}`] : []),
  ];
};
