import { sha1 } from "@orrery/contract";
import { expect, test } from "vitest";
import { guestDigest } from "./config.ts";
import { dict } from "./dict.ts";

test("the SHA-1 is the one of the standard", () => {
  expect(sha1("")).toBe("da39a3ee5e6b4b0d3255bfef95601890afd80709");
  expect(sha1("abc")).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
  expect(sha1("a".repeat(1000))).toBe("291e9a6c66994949b57ba5e650361e98fc36b1ba");
});

const recorded = {
  smbios1: "uuid=c5b151fc-3c67-4a9d-bc63-600a71ee8793",
  meta: "creation-qemu=7.2.22,ctime=1795338468",
  vmgenid: "f6011630-529a-4da9-b09f-343e04710d90",
  net0: "virtio=BC:24:11:1C:BB:DD,bridge=vmbr0",
  scsi0: "local:100/vm-100-disk-0.qcow2,size=1G",
  scsihw: "virtio-scsi-single",
  ostype: "l26",
  agent: "1",
  kvm: 0,
};

test("the digest of a configuration is the one that the genuine API gave for it", () => {
  const first = dict<string | number>(
    Object.entries({
      ...recorded,
      boot: "order=scsi0",
      name: "web01",
      memory: "64",
      cores: 1,
      tags: "prod;web",
      description: "first vm\nsecond line",
    }),
  );
  expect(guestDigest({ config: first, pending: dict(), snapshots: dict() })).toBe(
    "1c0c64bdcd982f4238adb3a7fa3d14355afc1cee",
  );
});

test("a description is encoded in the file as Proxmox encodes it", () => {
  const config = dict<string | number>(
    Object.entries({
      ...recorded,
      boot: "order=scsi0",
      name: "web01-renamed",
      memory: "80",
      cores: 2,
      tags: "a;b;c",
      cpu: "x86-64-v2-AES",
      args: "-foo",
      description: "ünï cödé %20 100%\n# hash",
    }),
  );
  expect(guestDigest({ config, pending: dict(), snapshots: dict() })).toBe("01203dbb55461dc4ff5bde58329b0aecd0cd7296");
});
