/** What every guest has beside its size, by its kind of system: said in full, so that any other setting is drift. */

const usual = { agent: { enabled: true }, scsihw: "virtio-scsi-single", cpu: "x86-64-v2-AES" } as const;

export const diskOptions = { discard: "on", iothread: true } as const;

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFAstronomyLabOperationsKeyForEveryGuest0 operations@lab";

export const unixLike = <S extends string>(storage: S) => ({
  options: { ...usual, ostype: "l26" },
  cloudInit: {
    storage,
    user: "operations",
    keys: [key],
    nameservers: ["10.25.10.3", "10.25.20.3"],
    searchDomains: ["lab.local"],
  },
});

export const windows = <S extends string>(storage: S) => ({
  options: { ...usual, ostype: "win11", machine: "q35", bios: "ovmf" },
  efi: { storage, options: { efitype: "4m", "pre-enrolled-keys": true } },
  tpm: { storage, version: "v2.0" as const },
});
