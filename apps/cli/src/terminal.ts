import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];
/** Gives text a look, or leaves it as it is where there is no colour. */
export type Paint = (format: Format, text: string) => string;

export type Terminal = { readonly width: number; readonly paint: Paint };

type Environment = Readonly<Record<string, string | undefined>>;
type Output = { readonly isTTY?: boolean; readonly columns?: number };

/** Colour on a terminal only; FORCE_COLOR asks for it and NO_COLOR forbids it, the first being the stronger, as in Node itself. */
const wantsColour = (output: Output, env: Environment): boolean => {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (env.NO_COLOR) return false;
  return output.isTTY === true && env.TERM !== "dumb";
};

/** Wide enough for a sentence, and no wider than an eye follows. */
const limits = { least: 40, most: 120, piped: 100 };

export const terminalOf = (output: Output, env: Environment): Terminal => {
  const asked = Number(env.COLUMNS);
  const columns = output.columns || (Number.isInteger(asked) && asked > 0 ? asked : limits.piped);
  const colour = wantsColour(output, env);
  return {
    width: Math.min(Math.max(columns, limits.least), limits.most),
    paint: (format, text) => (colour ? styleText(format, text, { validateStream: false }) : text),
  };
};
