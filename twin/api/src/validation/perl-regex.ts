const cache = new Map<string, RegExp>();

/**
 * A pattern of the contract as a RegExp that matches the whole value. The contract's patterns are Perl's:
 * `(?^i:…)` sets flags afresh, `{,8}` counts from zero, and anchors inside are harmless. A separator that may be empty
 * within a repeated group matches nothing more and costs exponential time: it is made to be there.
 */
export const perlRegex = (pattern: string): RegExp => {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const translated = pattern
    .replaceAll(/\(\?\^([a-z]*):/g, (_, flags: string) => (flags.includes("i") ? "(?i:" : "(?:"))
    .replaceAll(/\{,(\d+)\}/g, "{0,$1}")
    .replaceAll("|[-]*)[a-z\\d]+)*", "|[-]+)[a-z\\d]+)*");
  const regex = new RegExp(`^(?:${translated})$`);
  cache.set(pattern, regex);
  return regex;
};
