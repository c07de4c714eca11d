/** Says that the model is wrong where `holds` does not: a defect of ours, never a state of the world. */
export function invariant(holds: unknown, message: string): asserts holds {
  if (!holds) throw new Error(`The twin is inconsistent: ${message}`);
}
