import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIpv4, inSubnet, parseIpv4, parseSubnet } from "./address.ts";

describe("an IPv4 address", () => {
  it("comes back as it was written", () => {
    fc.assert(fc.property(fc.ipV4(), (text) => formatIpv4(parseIpv4(text) ?? -1) === text));
  });

  it("with a placeholder, a leading zero or a fifth part is none", () => {
    for (const text of ["10.25.20.X", "10.25.020.1", "10.25.20", "1.2.3.4.5", "10.25.20.256", "", " 1.2.3.4"]) {
      expect(parseIpv4(text)).toBeUndefined();
    }
  });
});

describe("a subnet", () => {
  it("holds the addresses from its first to its last and no others", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (base, prefix, other) => {
        const hosts = 2 ** (32 - prefix);
        const first = Math.floor((parseIpv4(base) ?? 0) / hosts) * hosts;
        const subnet = parseSubnet(`${formatIpv4(first)}/${prefix}`);
        const address = parseIpv4(other) ?? 0;
        expect(subnet && inSubnet(subnet, address)).toBe(Math.floor(address / hosts) === first / hosts);
      }),
    );
  });

  it("with host bits set is none", () => {
    expect(parseSubnet("10.25.10.1/24")).toBeUndefined();
    expect(parseSubnet("10.25.10.0/33")).toBeUndefined();
    expect(parseSubnet("10.25.10.0")).toBeUndefined();
  });
});
