/** Writes to standard output, whole, also where that is a slow pipe. */
export const print = (text: string): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(text.endsWith("\n") ? text : `${text}\n`, () => resolve());
  });

export const printError = (text: string): void => {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
};
