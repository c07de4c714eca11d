/**
 * Resolves when the process is asked to end: by an interrupt, by whoever ends services, by its terminal that goes away,
 * or because the program that started it, with a channel to it, is gone. A second request ends it at once.
 */
export const endRequest = (): Promise<void> =>
  new Promise((resolve) => {
    // What serves ends well on an interrupt: whoever started it wants it to.
    process.removeAllListeners("SIGINT");
    const ended = (): void => {
      process.off("disconnect", ended);
      if (process.connected) process.disconnect();
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, ended);
    if (process.connected) process.once("disconnect", ended);
    else if (process.send !== undefined) ended();
  });
