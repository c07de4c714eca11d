import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { backUp, restore } from "@orrery/store";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { print } from "../output.ts";
import { placeText, withKept, withStore } from "./store-place.ts";

type Options = { readonly json?: boolean };

/** What the machine says of a file, for the person at the keyboard. */
const fileFailure = (error: unknown): unknown => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^E[A-Z]+$/.test(code) && error instanceof Error
    ? new CommandError(`${error.message}.`, exitCode.failed)
    : error;
};

/** `orrery store backup` */
export const backup = async (file: string, { json }: Options): Promise<ExitCode> => {
  const path = resolve(file);
  if (existsSync(path)) throw new CommandError(`${file} is there already. Name another file, or remove it first.`);
  const made = await withKept(process.env, async (store, at) => ({
    ...(await backUp(store, path, new Date())),
    place: placeText(at),
  })).catch((error: unknown) => {
    throw fileFailure(error);
  });
  await print(
    json
      ? JSON.stringify(made, null, 2)
      : `Wrote ${made.rows} rows of ${made.tables} tables in ${made.place} to ${file}.`,
  );
  return exitCode.done;
};

/** `orrery store restore` */
export const restoreFrom = async (file: string, { json }: Options): Promise<ExitCode> => {
  const path = resolve(file);
  if (!existsSync(path)) throw new CommandError(`There is no file ${file}.`);
  const { at, ...made } = await withStore(process.env, async (store, place) => ({
    ...(await restore(store, path)),
    place: placeText(place),
  })).catch((error: unknown) => {
    throw fileFailure(error);
  });
  const told = { ...made, at: at.toISOString() };
  await print(
    json
      ? JSON.stringify(told, null, 2)
      : `Restored ${told.rows} rows of ${told.tables} tables, as of ${told.at}, into ${told.place}.`,
  );
  return exitCode.done;
};
