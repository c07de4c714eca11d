import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contractOf } from "./contract.ts";
import { parsePropertyString, printPropertyString } from "./property-string.ts";
import type { PropertyFormat } from "./schema.ts";

const formatOf = (parameter: string): PropertyFormat => {
  const route = contractOf("9.2").route("POST", "/nodes/{node}/qemu");
  const format = route?.params.properties[parameter]?.format;
  return typeof format === "object" ? format : {};
};

const parsed = (parameter: string, text: string) => {
  const result = parsePropertyString(formatOf(parameter), text);
  return result.kind === "parsed" ? result.properties : result.reason;
};

test("a network device's model and address come from one pair", () => {
  expect(parsed("net[n]", "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20,firewall=1")).toEqual({
    model: "virtio",
    macaddr: "BC:24:11:00:00:01",
    bridge: "vmbr0",
    tag: "20",
    firewall: 1,
  });
});

test("a part without a key belongs to the default key", () => {
  expect(parsed("net[n]", "virtio,bridge=vmbr0")).toEqual({ model: "virtio", bridge: "vmbr0" });
  expect(parsed("scsi[n]", "local:100/vm-100-disk-0.qcow2,size=4G,ssd=on")).toEqual({
    file: "local:100/vm-100-disk-0.qcow2",
    size: "4G",
    ssd: 1,
  });
});

test("an alias is written under the key that it stands for", () => {
  expect(parsed("scsi[n]", "volume=local:1,iops_rd_length=3")).toEqual({ file: "local:1", iops_rd_max_length: "3" });
});

test("what Proxmox refuses is refused in its words", () => {
  expect(parsed("net[n]", "virtio,bridge=vmbr0,bridge=vmbr1")).toBe(
    "duplicate key in comma-separated list property: bridge",
  );
  expect(parsed("net[n]", "virtio,colour=red")).toBe("invalid key in comma-separated list property: colour");
  expect(parsed("net[n]", "virtio,=red")).toBe("missing key in comma-separated list property");
  expect(parsed("net[n]", "virtio,e1000")).toBe("duplicate key in comma-separated list property: model");
  expect(parsed("net[n]", "virtio=AA,model=e1000")).toBe("duplicate key in comma-separated list property: model");
  expect(parsed("net[n]", "model=e1000,virtio=AA")).toBe("key alias 'model' is already defined");
});

test("properties that are printed and parsed are the same properties", () => {
  const format = formatOf("net[n]");
  const models = format.model?.enum?.map(String) ?? [];
  const device = fc.record(
    {
      model: fc.constantFrom(...models),
      macaddr: fc.stringMatching(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/),
      bridge: fc.stringMatching(/^vmbr\d{1,3}$/),
      tag: fc.integer({ min: 1, max: 4094 }).map(String),
      firewall: fc.constantFrom(0, 1),
    },
    { requiredKeys: ["model"] },
  );
  fc.assert(
    fc.property(device, (properties) => {
      const text = printPropertyString(format, properties);
      expect(parsePropertyString(format, text)).toEqual({ kind: "parsed", properties });
    }),
  );
});

test("no text makes the parser throw", () => {
  const format = formatOf("scsi[n]");
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom("file=x", "volume=y", "__proto__=1", "constructor=1", "size=", "ssd=on"),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      expect(() => parsePropertyString(format, parts.join(","))).not.toThrow();
    }),
  );
});
