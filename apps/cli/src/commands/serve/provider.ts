import { readProvider, type StartServer, secretAt } from "@orrery/server";
import { CommandError } from "../../exit-code.ts";

/** Where people sign in who have no password here. Its secret is read when it is needed: it may have been changed. */
export const providerIn = (env: NodeJS.ProcessEnv): Pick<StartServer, "provider"> => {
  const read = readProvider(env);
  if (read.kind === "none") return {};
  if (read.kind === "problems")
    throw new CommandError(
      `The provider of identities is not set up rightly:\n${read.problems.map((one) => `  ${one}`).join("\n")}`,
    );
  const { provider: settings } = read;
  const { secret: place } = settings;
  const secret = () => (place === undefined ? Promise.resolve(undefined) : secretAt(place, env));
  return { provider: { settings, secret } };
};
