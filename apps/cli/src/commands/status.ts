import { readCluster } from "../cluster-reading.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { statusView } from "../views/status-view.ts";
import { askerOf, type ConnectionArguments, connect, pveFailure } from "./connection.ts";

export type StatusArguments = ConnectionArguments & { readonly json?: boolean };

/** `orrery status`: what a cluster is now. */
export const status = async (options: StatusArguments): Promise<ExitCode> => {
  const pve = connect(options, process.env);
  try {
    const reading = await readCluster(pve);
    await print(
      options.json ? JSON.stringify(reading, null, 2) : statusView(reading, terminalOf(process.stdout, process.env)),
    );
    return exitCode.done;
  } catch (error) {
    throw pveFailure(error, askerOf(options));
  } finally {
    await pve.close();
  }
};
