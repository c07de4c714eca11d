/** What each type of storage needs to be made, and what of it never changes. Mirrors the plug-ins of pve-storage. */
type Form = {
  readonly required: readonly string[];
  /** Beside what the API never takes in a change. */
  readonly fixed?: readonly string[];
  /** Values that hold where nothing is said and that the contract does not tell. */
  readonly usual?: Readonly<Record<string, string>>;
  /** Reached by all its nodes at once, by its nature; undefined where an option says so. */
  readonly shared?: true;
  /** The option says whether it is one place or one of each node. */
  readonly maybeShared?: true;
};

export const storageForms: Readonly<Record<string, Form>> = {
  dir: { required: ["path"], maybeShared: true },
  btrfs: { required: ["path"], maybeShared: true },
  lvm: { required: ["vgname"], maybeShared: true },
  lvmthin: { required: ["vgname", "thinpool"] },
  zfspool: { required: ["pool"], fixed: ["pool"] },
  zfs: {
    required: ["portal", "target", "pool", "blocksize", "iscsiprovider"],
    fixed: ["pool", "blocksize"],
    shared: true,
  },
  nfs: { required: ["server", "export"], fixed: ["server"], shared: true },
  cifs: { required: ["server", "share"], fixed: ["server"], shared: true },
  glusterfs: { required: ["volume"], shared: true },
  cephfs: { required: [], shared: true },
  rbd: { required: [], usual: { pool: "rbd" }, shared: true },
  iscsi: { required: ["portal", "target"], shared: true },
  iscsidirect: { required: ["portal", "target"], shared: true },
  esxi: { required: ["server", "username", "password"], usual: { port: "443" } },
  pbs: { required: ["server", "datastore", "username", "password"], fixed: ["server"], shared: true },
};

/** What the API takes and never tells again. */
export const storageSecrets: readonly string[] = ["password", "keyring", "encryption-key", "master-pubkey"];
