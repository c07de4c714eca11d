import astronomy from "@orrery/example-astronomy-lab";
import decided from "@orrery/example-astronomy-lab/decided";
import tidy from "@orrery/example-tidy-lab";
import { type Lab, parseLab } from "@orrery/model";

const labOf = (input: unknown): Lab => {
  const parsed = parseLab(input);
  if (parsed.kind === "problems") throw new Error("no lab");
  return parsed.lab;
};

export const tidyLab = labOf(tidy);
export const labs: Readonly<Record<string, Lab>> = {
  tidy: tidyLab,
  astronomy: labOf(astronomy),
  decided: labOf(decided),
};
