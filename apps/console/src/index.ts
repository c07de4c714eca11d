/** The folder that a build of the console fills; there is nothing in it before. */
export const builtConsole = new URL("../dist/", import.meta.url);
