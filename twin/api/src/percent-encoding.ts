/** A text without its percent-encoding. What is no encoding, or no UTF-8, stays as it is. */
export const percentDecoded = (text: string): string =>
  text.includes("%")
    ? text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
        try {
          return decodeURIComponent(run);
        } catch {
          return run;
        }
      })
    : text;
