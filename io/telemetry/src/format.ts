export type Format = "prometheus" | "openmetrics";

export const contentTypes: Readonly<Record<Format, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

type Wish = { readonly what: string; readonly parameters: ReadonlyMap<string, string>; readonly weight: number };

const wishesOf = (header: string): Wish[] =>
  header.split(",").map((part) => {
    const [what = "", ...rest] = part.split(";").map((word) => word.trim().toLowerCase());
    const parameters = new Map(
      rest.map((word) => {
        const [key = "", value = ""] = word.split("=");
        return [key.trim(), value.trim().replace(/^"|"$/g, "")];
      }),
    );
    const weight = Number(parameters.get("q") ?? 1);
    return { what, parameters, weight: Number.isFinite(weight) ? weight : 0 };
  });

const weightOf = (wishes: readonly Wish[], fits: (wish: Wish) => boolean): number =>
  Math.max(0, ...wishes.filter(fits).map(({ weight }) => weight));

/** The format that an `Accept` header asks for: OpenMetrics 1.0 where it is named and liked at least as well. */
export const formatFor = (accept: string | undefined): Format => {
  const wishes = wishesOf(accept ?? "");
  const open = weightOf(
    wishes,
    ({ what, parameters }) =>
      what === "application/openmetrics-text" && (parameters.get("version") ?? "1.0.0").startsWith("1."),
  );
  const plain = weightOf(wishes, ({ what }) => what === "text/plain");
  return open > 0 && open >= plain ? "openmetrics" : "prometheus";
};

const takes =
  (encoding: "br" | "gzip") =>
  (acceptEncoding: string | undefined): boolean =>
    weightOf(wishesOf(acceptEncoding ?? ""), ({ what }) => what === encoding) > 0;

/** Whether an `Accept-Encoding` header lets an answer be packed with gzip. */
export const takesGzip = takes("gzip");
export const takesBrotli = takes("br");
