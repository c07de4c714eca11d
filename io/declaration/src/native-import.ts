/** Imports through Node itself. On its own in a file, which the test runner is told to leave to Node. */
export const importNatively = (url: string): Promise<unknown> => import(url);
