import { Problem } from "./problem.ts";

/** What a refusal reads like once another sentence wraps it: parameter errors become lines of text. */
const wrapped = (problem: Problem): string => {
  if (problem.errors === undefined) return problem.message;
  const lines = Object.entries(problem.errors).map(([name, message]) => `${name}: ${message}\n`);
  return `${problem.status} ${problem.message}${lines.join("")}`;
};

/** Does something; a refusal inside becomes status 500 with `what: ` before its text, as the product's file locks do it. */
export const within = <T>(what: string, action: () => T): T => {
  try {
    return action();
  } catch (error) {
    if (error instanceof Problem && !error.bare) throw new Problem(500, `${what}: ${wrapped(error)}`);
    throw error;
  }
};

/** Does something; parameter errors inside lose their status: the product prints them as the text of a 500. */
export const nested = <T>(action: () => T): T => {
  try {
    return action();
  } catch (error) {
    if (error instanceof Problem && error.errors !== undefined) throw new Problem(500, wrapped(error));
    throw error;
  }
};
