const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const bytesOf = (text: string): number[] => {
  const found: number[] = [];
  const percent = encodeURIComponent(text);
  for (let at = 0; at < percent.length; at += 1) {
    const isByte = percent[at] === "%";
    found.push(isByte ? Number.parseInt(percent.slice(at + 1, at + 3), 16) : percent.charCodeAt(at));
    if (isByte) at += 2;
  }
  return found;
};

/** A text in base64, by way of UTF-8. */
export const toBase64 = (text: string): string => {
  const bytes = bytesOf(text);
  let written = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two, three] = bytes.slice(at, at + 3);
    const bits = (one << 16) | ((two ?? 0) << 8) | (three ?? 0);
    written += `${alphabet[bits >> 18] ?? ""}${alphabet[(bits >> 12) & 63] ?? ""}`;
    written += two === undefined ? "=" : (alphabet[(bits >> 6) & 63] ?? "");
    written += three === undefined ? "=" : (alphabet[bits & 63] ?? "");
  }
  return written;
};

/** The text that was written in base64; undefined where it is none, or no text. */
export const fromBase64 = (written: string): string | undefined => {
  const text = written.replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const digits = (text.match(/[^=]/g) ?? []).map((letter) => alphabet.indexOf(letter).toString(2).padStart(6, "0"));
  const bytes = digits.join("").match(/.{8}/g) ?? [];
  try {
    return decodeURIComponent(
      bytes.map((bits) => `%${Number.parseInt(bits, 2).toString(16).padStart(2, "0")}`).join(""),
    );
  } catch {
    return undefined;
  }
};
