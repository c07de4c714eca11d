import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { makeCertificate } from "./certificate.ts";

test("a certificate says what it is for, from when and until when, and is signed by itself", () => {
  const from = Date.UTC(2026, 0, 1);
  const until = Date.UTC(2051, 0, 1);
  const hosts = ["127.0.0.1", "localhost", "pve1.example.test"];
  const { pem, fingerprint } = makeCertificate({ commonName: "pve1", hosts, from, until });
  const read = new X509Certificate(pem);
  expect(read.subject).toBe("CN=pve1");
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(read.checkIP("127.0.0.2")).toBeUndefined();
  expect(read.checkHost("pve1.example.test")).toBe("pve1.example.test");
  expect(read.checkHost("example.test")).toBeUndefined();
  expect([Date.parse(read.validFrom), Date.parse(read.validTo)]).toEqual([from, until]);
  expect(read.fingerprint256).toBe(fingerprint);
});

test("no two certificates are alike", () => {
  const wanted = { commonName: "pve1", hosts: ["localhost"], from: 0, until: 1e12 };
  expect(makeCertificate(wanted).fingerprint).not.toBe(makeCertificate(wanted).fingerprint);
});
