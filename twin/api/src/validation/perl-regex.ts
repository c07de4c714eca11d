const cache = new Map<string, RegExp>();

/**
 * A pattern of the contract as a RegExp that matches the whole value. The contract's patterns are Perl's:
 * `(?^i:…)` sets flags afresh, `{,8}` counts from zero, and anchors inside are harmless.
 */
export const perlRegex = (pattern: string): RegExp => {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const translated = pattern
    .replaceAll(/\(\?\^([a-z]*):/g, (_, flags: string) => (flags.includes("i") ? "(?i:" : "(?:"))
    .replaceAll(/\{,(\d+)\}/g, "{0,$1}");
  const regex = new RegExp(`^(?:${translated})$`);
  cache.set(pattern, regex);
  return regex;
};
