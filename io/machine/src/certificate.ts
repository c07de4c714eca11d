import {
  createHash,
  generateKeyPair,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIPv4 } from "node:net";
import { promisify } from "node:util";

export type SelfMadeCertificate = {
  /** PEM. */
  readonly key: string;
  /** PEM. Trusts itself: it can be given to a client as its authority. */
  readonly pem: string;
  /** SHA-256, as `pvenode cert info` prints it. */
  readonly fingerprint: string;
  /** What it was made for. */
  readonly wanted: WantedCertificate;
};

/* The few forms of DER (X.690) that a certificate (RFC 5280) is made of. */

const lengthOf = (length: number): Buffer => {
  if (length < 128) return Buffer.from([length]);
  const bytes = length < 256 ? [length] : [length >> 8, length & 255];
  return Buffer.from([128 + bytes.length, ...bytes]);
};

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
};

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);

const identifier = (text: string): Buffer => {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = rest.flatMap((number) => {
    const groups = [number & 127];
    for (let left = number >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    return groups;
  });
  return der(0x06, Buffer.from([first * 40 + second, ...bytes]));
};

const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(identifier("2.5.4.3"), der(0x0c, Buffer.from(commonName)))));

const moment = (at: number): Buffer => {
  const digits = new Date(at).toISOString().replace(/[-:T]/g, "").slice(0, 14);
  return der(0x18, Buffer.from(`${digits}Z`));
};

/** No name has a colon. Node's own test compiles an expression that takes 5 ms, in each process anew. */
const isIPv6Address = (host: string): boolean => host.includes(":");

const alternativeName = (host: string): Buffer =>
  isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host));

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(identifier(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));

const ecdsaWithSha256 = (): Buffer => sequence(identifier("1.2.840.10045.4.3.2"));

export type WantedCertificate = {
  readonly commonName: string;
  readonly hosts: readonly string[];
  readonly from: number;
  readonly until: number;
};

const curve = { namedCurve: "P-256" };

/** Keys for a certificate, made beside other work. */
export const makeKeys = (): Promise<KeyPairKeyObjectResult> => promisify(generateKeyPair)("ec", curve);

/** A self-signed certificate on the curve P-256. Hosts are names and IPv4 addresses; times are epoch milliseconds. */
export const makeCertificate = (
  wanted: WantedCertificate,
  { publicKey, privateKey }: KeyPairKeyObjectResult = generateKeyPairSync("ec", curve),
): SelfMadeCertificate => {
  const { commonName, hosts, from, until } = wanted;
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const spki = publicKey.export({ type: "spki", format: "der" });
  const keyId = createHash("sha1").update(spki).digest();
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256(),
    nameOf(commonName),
    sequence(moment(from), moment(until)),
    nameOf(commonName),
    spki,
    der(
      0xa3,
      sequence(
        extension("2.5.29.19", sequence(der(0x01, Buffer.from([0xff]))), true),
        extension("2.5.29.14", der(0x04, keyId)),
        extension("2.5.29.37", sequence(identifier("1.3.6.1.5.5.7.3.1"))),
        extension("2.5.29.17", sequence(...hosts.filter((host) => !isIPv6Address(host)).map(alternativeName))),
      ),
    ),
  );
  const signature = sign("sha256", body, privateKey);
  const whole = sequence(body, ecdsaWithSha256(), der(0x03, Buffer.from([0]), signature));
  const pem = `-----BEGIN CERTIFICATE-----\n${whole.toString("base64").replace(/.{64}/g, "$&\n").trimEnd()}\n-----END CERTIFICATE-----\n`;
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    pem,
    fingerprint: new X509Certificate(pem).fingerprint256,
    wanted,
  };
};
