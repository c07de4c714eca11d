/** Names and values. A label that is not there and one that is empty are the same, as in Prometheus. */
export type Labels = Readonly<Record<string, string>>;

export type MatchKind = "=" | "!=" | "=~" | "!~";

/** One condition on a label. A pattern is held against the whole value. */
export type Matcher = { readonly label: string; readonly kind: MatchKind; readonly value: string };

const patterns = new Map<string, RegExp>();

/** A pattern that is held against a whole value. What both JavaScript and RE2 read alike is up to whoever writes it. */
export const wholly = (pattern: string): RegExp => {
  let made = patterns.get(pattern);
  if (made === undefined) {
    made = new RegExp(`^(?:${pattern})$`);
    patterns.set(pattern, made);
  }
  return made;
};

export const matches = ({ label, kind, value }: Matcher, labels: Labels): boolean => {
  const has = labels[label] ?? "";
  switch (kind) {
    case "=":
      return has === value;
    case "!=":
      return has !== value;
    case "=~":
      return wholly(value).test(has);
    case "!~":
      return !wholly(value).test(has);
  }
};

/** A text that equal labels share, and others do not. */
export const labelKey = (labels: Labels): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== "")
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The same, of these labels alone. */
export const keyOn = (labels: Labels, names: readonly string[]): string =>
  JSON.stringify(names.map((name) => labels[name] ?? ""));

export const onlyLabels = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.flatMap((name) => (labels[name] ? [[name, labels[name]]] : [])));

/** `101|102`: a pattern for any of these, each as it stands. */
export const anyOf = (values: readonly string[]): string =>
  values.map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
