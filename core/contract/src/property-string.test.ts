import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contractOf } from "./contract.ts";
import { type Properties, parsePropertyString, printPropertyString } from "./property-string.ts";
import type { PropertyFormat, PropertySchema } from "./schema.ts";

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

/** Every format of a property string in the contract. */
const formats: readonly PropertyFormat[] = contractOf("9.2").routes.flatMap(({ params }) =>
  Object.values(params.properties).flatMap(({ format }) => (typeof format === "object" ? [format] : [])),
);

const aValue = (schema: PropertySchema) => {
  if (schema.type === "boolean") return fc.constantFrom(0, 1);
  const choices = (schema.enum ?? []).map(String);
  return choices.length > 0 ? fc.constantFrom(...choices) : fc.stringMatching(/^[\w:./-]{1,12}$/);
};

const someProperties = (format: PropertyFormat): fc.Arbitrary<Properties> => {
  const keys = Object.entries(format).filter(([, { alias }]) => alias === undefined);
  const record = fc.record(Object.fromEntries(keys.map(([key, schema]) => [key, aValue(schema)])), {
    requiredKeys: [],
  });
  // An address needs the model that it is written with.
  const partners = Object.values(format).filter(({ keyAlias }) => keyAlias !== undefined);
  const given = record.map(
    (some): Properties =>
      Object.fromEntries(Object.entries(some).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  );
  return given.filter((some) =>
    partners.every(({ alias = "", keyAlias = "" }) => !(alias in some) || keyAlias in some),
  );
};

test("properties of any format that are printed and parsed are the same properties", () => {
  expect(formats.length).toBeGreaterThan(50);
  const sample = fc
    .constantFrom(...formats)
    .chain((format) => fc.record({ format: fc.constant(format), properties: someProperties(format) }));
  fc.assert(
    fc.property(sample, ({ format, properties }) => {
      const text = printPropertyString(format, properties);
      expect(parsePropertyString(format, text)).toEqual({ kind: "parsed", properties });
    }),
    { numRuns: 500 },
  );
});

test("properties are printed in Proxmox's order, and a value with a comma not at all", () => {
  const device = { tag: "20", firewall: 1, bridge: "vmbr0", macaddr: "BC:24:11:00:00:01", model: "virtio" };
  expect(printPropertyString(formatOf("net[n]"), device)).toBe(
    "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=20",
  );
  const disk = { size: 32 * 2 ** 30, ssd: 1, file: "local:100/vm-100-disk-0.qcow2" };
  expect(printPropertyString(formatOf("scsi[n]"), disk)).toBe("local:100/vm-100-disk-0.qcow2,size=32G,ssd=1");
  expect(() => printPropertyString(formatOf("net[n]"), { model: "virtio", bridge: "a,b" })).toThrow(
    /commas for bridge/,
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
