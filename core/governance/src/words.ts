/** Words that carry no claim of their own in a control's title. */
const stopWords = new Set(
  "a an and are as at be by do for from has have if in into is it its must not of on or shall should such that the their they this to upon was were when with".split(
    " ",
  ),
);

const abbreviations: ReadonlyMap<string, string> = new Map([
  ["2fa", "multifactor authentication"],
  ["admin", "administrative"],
  ["mfa", "multifactor authentication"],
  ["dlp", "data loss prevention"],
  ["ict", "information communication technology"],
  ["ids", "intrusion detection system"],
  ["ips", "intrusion prevention system"],
  ["os", "operating system"],
  ["pii", "personally identifiable information"],
  ["rbac", "role based access control"],
  ["waf", "web application firewall"],
  ["wafs", "web application firewall"],
  ["lifecycle", "life cycle"],
]);

const suffixes = ["ational", "ation", "ment", "ing", "ion", "ity", "al", "ic", "ed", "er", "or", "ly"];

/**
 * The content words of a title: from the stem of each to the word itself, so that `Audit logs are collected` and
 * `Collect Audit Logs` have the same keys. Hyphens, case, British spelling and common abbreviations make no difference.
 */
export function contentWords(title: string): ReadonlyMap<string, string> {
  const plain = title
    .toLowerCase()
    .replace(/['’]s\b/g, "")
    .replace(/['’]/g, "")
    .replace(/\b(anti|multi|non|re|de|e)-(?=[a-z])/g, "$1")
    .replace(/\b(anti|multi) (?=[a-z])/g, "$1")
    .replace(/\bback[ -]up/g, "backup")
    .replace(/\blog[ -]on\b/g, "logon")
    .replace(/isation/g, "ization")
    .replace(/ise(d?)\b/g, "ize$1")
    .replace(/our(s?)\b/g, "or$1")
    .replace(/ences?\b/g, (end) => end.replace("c", "s"));
  const words = plain.split(/[^a-z0-9]+/).flatMap((word) => (abbreviations.get(word) ?? word).split(" "));
  return new Map(words.filter((word) => word !== "" && !stopWords.has(word)).map((word) => [stem(word), word]));
}

/** A light stemmer: enough to join the forms that titles of controls use, and no dictionary. */
function stem(word: string): string {
  if (word.length < 4) return word;
  let root = word.replace(/ies$/, "y").replace(/(?<=[^s])s$/, "");
  for (const suffix of suffixes) {
    if (root.endsWith(suffix) && root.length - suffix.length >= 4) {
      root = root.slice(0, -suffix.length);
      break;
    }
  }
  return root.replace(/(?<=..)[ey]$/, "").replace(/([^aeiouls])\1$/, "$1");
}
