import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { duration, exactSize, formatBytes, formatSeconds, linkRate, percent, size, throughput } from "./quantity.ts";

const refusal = (
  schema: { safeParse(value: unknown): { success: boolean; error?: { issues: { message: string }[] } } },
  value: unknown,
): string | undefined => schema.safeParse(value).error?.issues[0]?.message;

describe("a quantity", () => {
  it("is read with its unit: binary bytes, decimal disks, decimal bits", () => {
    expect(size.parse("64 GiB")).toBe(64 * 2 ** 30);
    expect(size.parse("2 TB")).toBe(2e12);
    expect(linkRate.parse("2.5 Gbps")).toBe(2.5e9);
    expect(throughput.parse("450 MB/s")).toBe(450e6);
    expect(duration.parse("15 min")).toBe(900);
    expect(percent.parse("80 %")).toBeCloseTo(0.8);
  });

  it("of another kind is refused with an example of what is meant", () => {
    expect(refusal(size, "2.5 Gbps")).toContain('expected a size such as "64 GiB"');
    expect(refusal(duration, "64 GiB")).toContain('expected a duration such as "15 min"');
    expect(refusal(size, 64)).toBe('expected a size such as "64 GiB"');
    expect(refusal(size, "1 constructor")).toContain("expected a size");
  });

  it("beyond what a number holds exactly is refused", () => {
    expect(refusal(size, "99999999999 TiB")).toContain("expected a size");
  });

  it("never throws anything but its refusal, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const schema of [size, linkRate, throughput, duration, percent]) schema.safeParse(value);
      }),
    );
  });

  it("that is said exactly is read back to the byte", () => {
    expect(exactSize(512 * 2 ** 20)).toBe("512 MiB");
    expect(exactSize(256e9)).toBe("256 GB");
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(size.parse(exactSize(bytes))).toBe(bytes);
      }),
    );
  });

  it("is shown in the unit that keeps it short", () => {
    expect(formatBytes(1.5 * 2 ** 30)).toBe("1.5 GiB");
    expect(formatBytes(0)).toBe("0 B");
    expect(formatSeconds(90)).toBe("1.5 min");
    expect(formatSeconds(25 * 3600)).toBe("25 h");
    expect(formatSeconds(14 * 86_400)).toBe("14 d");
  });
});
