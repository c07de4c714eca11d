import { Problem } from "./problem.ts";

/** What a refusal reads like inside another sentence or in a worker: its status first, parameter errors as lines. */
export const asText = (problem: Problem): string => {
  if (problem.errors === undefined)
    return problem.status === 500 ? problem.message : `${problem.status} ${problem.message}`;
  const lines = Object.entries(problem.errors).map(([name, message]) => `${name}: ${message}\n`);
  return `${problem.status} ${problem.message}${lines.join("")}`;
};

/** Does something; a refusal inside becomes status 500 with `what: ` before its text, as the product's file locks do it. */
export const within = <T>(what: string, action: () => T): T => {
  try {
    return action();
  } catch (error) {
    if (error instanceof Problem && !error.bare) throw new Problem(500, `${what}: ${asText(error)}`);
    throw error;
  }
};

/** Does something; parameter errors inside lose their status: the product prints them as the text of a 500. */
export const nested = <T>(action: () => T): T => {
  try {
    return action();
  } catch (error) {
    if (error instanceof Problem && error.errors !== undefined) throw new Problem(500, asText(error));
    throw error;
  }
};
