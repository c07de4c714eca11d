import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

const costs = { N: 2 ** 15, r: 8, p: 1 };
const length = 32;

const derived = (password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, length, { ...options, maxmem: 128 * 2 ** 20 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });

/** `scrypt$N$r$p$salt$key`. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16);
  const key = await derived(password, salt, costs);
  return ["scrypt", costs.N, costs.r, costs.p, salt.toString("base64url"), key.toString("base64url")].join("$");
};

/** What a password is held against where there is no account: guessing names takes as long as guessing passwords. */
const nobody = `scrypt$${costs.N}$${costs.r}$${costs.p}$${"A".repeat(22)}$${"A".repeat(43)}`;

/** Whether the password is the one that was hashed; of no account at all it never is. */
export const isPassword = async (password: string, hashed: string = nobody): Promise<boolean> => {
  const [kind, N, r, p, salt = "", key = ""] = hashed.split("$");
  if (kind !== "scrypt") return false;
  const wanted = Buffer.from(key, "base64url");
  const found = await derived(password, Buffer.from(salt, "base64url"), { N: Number(N), r: Number(r), p: Number(p) });
  return wanted.length === found.length && timingSafeEqual(wanted, found) && hashed !== nobody;
};
