const upid = /UPID:[^\s:]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:[^\s:]+:[^\s:]*:[^\s:]+:/g;
const learnt = [
  /^[0-9a-f]{40}$/,
  /^[A-Za-z0-9+/]{22}$/,
  /^[0-9a-f]{64}$/,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^[0-9A-Za-z+/]{22}$/,
  /^PVE:/,
  /^PVEVNC:/,
  /^[0-9A-F]{8}:[A-Za-z0-9+/]{20,}$/,
  /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/,
];

/** Texts of a recording that are other texts in the twin: UPIDs, digests, tickets, random ids. */
export class Renaming {
  readonly #names = new Map<string, string>();

  /** Learns from an answer of the recording and the twin's answer to the same. */
  learn(recorded: unknown, got: unknown): void {
    if (typeof recorded === "string" && typeof got === "string") {
      if (recorded === got) return;
      const [theirs, ours] = [recorded.match(upid), got.match(upid)];
      if (theirs !== null && ours !== null) for (const [index, one] of theirs.entries()) this.#set(one, ours[index]);
      else if (learnt.some((pattern) => pattern.test(recorded))) this.#set(recorded, got);
      else this.#learnMac(recorded, got);
    } else if (Array.isArray(recorded) && Array.isArray(got)) {
      this.#learnBackups(recorded, got);
      for (const [index, one] of recorded.entries()) this.learn(one, this.#partner(one, got, index));
    } else if (typeof recorded === "object" && recorded !== null && typeof got === "object" && got !== null) {
      const [theirs, ours] = [Object.entries(recorded), new Map<string, unknown>(Object.entries(got))];
      for (const [key, value] of theirs) this.learn(value, ours.get(key));
    }
  }

  /** Backups are named after the second in which they were made: the same backups in the same order. */
  #learnBackups(recorded: readonly unknown[], got: readonly unknown[]): void {
    const names = (rows: readonly unknown[]): string[] =>
      rows
        .flatMap((row) =>
          typeof row === "object" && row !== null && "volid" in row && /vzdump-/.test(String(row.volid))
            ? [String(row.volid)]
            : [],
        )
        .toSorted();
    const [theirs, ours] = [names(recorded), names(got)];
    if (theirs.length !== ours.length) return;
    theirs.forEach((one, index) => {
      this.#set(one, ours[index]);
      this.#set(one.slice(one.indexOf(":") + 1), ours[index]?.slice((ours[index]?.indexOf(":") ?? 0) + 1));
    });
  }

  /** A random MAC address inside a property string. */
  #learnMac(recorded: string, got: string): void {
    const mac = /BC:24:11(?::[0-9A-F]{2}){3}/g;
    const [theirs, ours] = [recorded.match(mac), got.match(mac)];
    if (theirs !== null && ours !== null) for (const [index, one] of theirs.entries()) this.#set(one, ours[index]);
  }

  #partner(row: unknown, rows: readonly unknown[], index: number): unknown {
    if (typeof row !== "object" || row === null) return rows[index];
    // Tasks are named when they are started; a list of them tells nothing new.
    if ("upid" in row) return undefined;
    for (const key of ["id", "key", "vmid", "tokenid", "userid", "storage", "schedule"]) {
      const wanted = (row as Record<string, unknown>)[key];
      if (wanted === undefined) continue;
      const found = rows.find(
        (other) => typeof other === "object" && other !== null && (other as Record<string, unknown>)[key] === wanted,
      );
      if (found !== undefined) return found;
    }
    return rows[index];
  }

  #set(recorded: string, got: string | undefined): void {
    if (got !== undefined && recorded !== got && !this.#names.has(recorded)) this.#names.set(recorded, got);
    else if (got !== undefined && /^[0-9a-f]{40}$/.test(recorded)) this.#names.set(recorded, got);
  }

  /** The same text as the twin would write it. */
  apply(text: string): string {
    const whole = this.#names.get(text);
    if (whole !== undefined) return whole;
    let renamed = text.replaceAll(upid, (one) => this.#names.get(one) ?? one);
    for (const [recorded, got] of this.#names)
      if (recorded.length > 16 && renamed.includes(recorded)) renamed = renamed.replaceAll(recorded, got);
    return renamed;
  }
}
