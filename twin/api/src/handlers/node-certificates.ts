import { X509Certificate } from "node:crypto";
import { type Certificate, sha1 } from "@orrery/twin-world";
import type { Call, Handlers } from "../call.ts";
import { fail, refuseParameters } from "../problem.ts";
import { nodeOfCall } from "./node-of-call.ts";

const authorityName = "pve-root-ca.pem";
const customName = "pveproxy-ssl.pem";

const shown = (one: Certificate): Record<string, unknown> => ({
  filename: one.filename,
  fingerprint: one.fingerprint,
  subject: one.subject,
  issuer: one.issuer,
  san: one.san,
  notbefore: Math.floor(one.notBefore / 1000),
  notafter: Math.floor(one.notAfter / 1000),
  "public-key-type": one.keyType,
  "public-key-bits": one.keyBits,
  pem: one.pem,
});

const colons = (hex: string): string => hex.toUpperCase().replaceAll(/(..)(?=.)/g, "$1:");

/** The authority of the cluster, as far as it shows: every node has it, it signs what they show. */
const authority = (call: Call): Certificate => {
  const { corosync } = call.world.cluster;
  const mark = sha1(`authority of ${corosync?.name ?? call.node}`);
  const id = `${mark.slice(0, 8)}-${mark.slice(8, 12)}-${mark.slice(12, 16)}-${mark.slice(16, 20)}-${mark.slice(20, 32)}`;
  const name = `/CN=Proxmox Virtual Environment/OU=${id}/O=PVE Cluster Manager CA`;
  const from = nodeOfCall(call).certificates[0]?.notBefore ?? call.world.now;
  return {
    filename: authorityName,
    fingerprint: colons((mark + sha1(mark)).slice(0, 64)),
    subject: name,
    issuer: name,
    san: [],
    notBefore: from,
    notAfter: from + 10 * 365 * 86_400_000,
    keyType: "rsaEncryption",
    keyBits: 4096,
    pem: "",
  };
};

const info = (call: Call): unknown => {
  const { certificates } = nodeOfCall(call);
  const known = certificates.some((one) => one.filename === authorityName);
  return (known ? certificates : [authority(call), ...certificates]).map(shown);
};

const names = (text: string | undefined): string =>
  (text ?? "")
    .split("\n")
    .filter((part) => part !== "")
    .map((part) => `/${part}`)
    .join("");

const parsed = (pem: string): Certificate => {
  try {
    const one = new X509Certificate(pem);
    const details = one.publicKey.asymmetricKeyDetails;
    return {
      filename: customName,
      subject: names(one.subject),
      issuer: names(one.issuer),
      san: (one.subjectAltName ?? "").split(", ").flatMap((part) => /^(?:DNS|IP Address):(.+)$/.exec(part)?.[1] ?? []),
      notBefore: Date.parse(one.validFrom),
      notAfter: Date.parse(one.validTo),
      fingerprint: one.fingerprint256,
      keyType: one.publicKey.asymmetricKeyType === "rsa" ? "rsaEncryption" : "id-ecPublicKey",
      keyBits: details?.modulusLength ?? 256,
      pem: one.toString(),
    };
  } catch {
    return fail("failed to parse certificate");
  }
};

const upload = (call: Call): unknown => {
  const node = nodeOfCall(call);
  const known = node.certificates.some((one) => one.filename === customName);
  if (known && !call.flag("force")) refuseParameters({ force: "Custom certificate exists but 'force' is not set." });
  if (!known && !call.given("key"))
    refuseParameters({ key: "Attempted to upload custom certificate without (existing) key." });
  const made = parsed(call.need("certificates"));
  node.certificates = [...node.certificates.filter((one) => one.filename !== customName), made];
  return shown(made);
};

const remove = (call: Call): unknown => {
  const node = nodeOfCall(call);
  node.certificates = node.certificates.filter((one) => one.filename !== customName);
  return null;
};

export const nodeCertificates: Handlers = {
  "GET /nodes/{node}/certificates/info": info,
  "POST /nodes/{node}/certificates/custom": upload,
  "DELETE /nodes/{node}/certificates/custom": remove,
};
