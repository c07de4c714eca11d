/** Whether a text names something as a whole word: `node01` is not named by `node011`, nor by `my-node01`. */
export const names = (text: string, name: string): boolean => {
  let at = text.indexOf(name);
  while (at >= 0) {
    const around = `${text[at - 1] ?? " "}${text[at + name.length] ?? " "}`;
    if (!/[\w-]/.test(around)) return true;
    at = text.indexOf(name, at + 1);
  }
  return false;
};
