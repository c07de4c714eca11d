import { X509Certificate } from "node:crypto";
import { generate } from "selfsigned";

export interface Certificate {
  readonly key: string;
  readonly pem: string;
  readonly sha256: string;
}

interface Wanted {
  readonly authority?: Certificate;
  /** The address that it is for. */
  readonly ip?: string;
  readonly isExpired?: boolean;
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

const day = 86_400_000;

const made = async (commonName: string, extensions: Extensions, { authority, isExpired = false }: Wanted) => {
  const end = Date.now() + (isExpired ? -day : day);
  const { private: key, cert: pem } = await generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(end - 30 * day),
    notAfterDate: new Date(end),
    extensions: extensions,
    ...(authority === undefined ? {} : { ca: { key: authority.key, cert: authority.pem } }),
  });
  return { key, pem, sha256: new X509Certificate(pem).fingerprint256 };
};

/** One that may sign others, as `/etc/pve/pve-root-ca.pem`. */
export const anAuthority = (): Promise<Certificate> =>
  made("Proxmox Virtual Environment", [{ name: "basicConstraints", cA: true, critical: true }], {});

export const aCertificate = (wanted: Wanted = {}): Promise<Certificate> =>
  made("pve1", [{ name: "subjectAltName", altNames: [{ type: 7, ip: wanted.ip ?? "127.0.0.1" }] }], wanted);
