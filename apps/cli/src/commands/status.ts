import { PveError } from "@orrery/contract";
import { PveConfigurationError } from "@orrery/pve";
import { readCluster } from "../cluster-reading.ts";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { terminalOf } from "../terminal.ts";
import { statusView } from "../views/status-view.ts";
import { type ConnectionArguments, connect } from "./connection.ts";

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
    if (error instanceof PveError) {
      const hint =
        error.kind === "untrusted"
          ? "\nGive --fingerprint, as `pvenode cert info` prints it on the node, or --ca with its /etc/pve/pve-root-ca.pem."
          : "";
      throw new CommandError(`${error.message}${hint}`, exitCode.failed);
    }
    if (error instanceof PveConfigurationError) throw new CommandError(error.message);
    throw error;
  } finally {
    await pve.close();
  }
};
