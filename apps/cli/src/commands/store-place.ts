import {
  isStoreThere,
  openStore,
  type Store,
  StoreError,
  type StoreOptions,
  type StorePlace,
  storePlaceOf,
} from "@orrery/store";
import { CommandError, exitCode } from "../exit-code.ts";

/** Where the store is, for a person: no password of a URL is in it. */
export const placeText = (place: StorePlace): string => {
  if (place.kind === "embedded") return `PostgreSQL below ${place.home}`;
  const url = URL.canParse(place.url) ? new URL(place.url) : undefined;
  return url === undefined ? "PostgreSQL by DATABASE_URL" : `PostgreSQL at ${url.host}${url.pathname}`;
};

/** What went wrong with the store, for the person at the keyboard; any other error as it is. */
const storeFailure = (error: unknown): unknown =>
  error instanceof StoreError ? new CommandError(error.message, exitCode.failed) : error;

/** The store that the environment names, opened. Whoever asks closes it. */
export const openPlace = async (
  env: NodeJS.ProcessEnv,
  options: StoreOptions = {},
): Promise<{ readonly store: Store; readonly place: StorePlace }> => {
  const place = storePlaceOf(env);
  const store = await openStore(place, options).catch((error: unknown) => {
    throw storeFailure(error);
  });
  return { store, place };
};

/** Does something with what is kept, and closes it. Makes nothing where nothing is kept. */
export const withKept = async <T>(
  env: NodeJS.ProcessEnv,
  work: (store: Store, place: StorePlace) => Promise<T>,
): Promise<T> => {
  const place = storePlaceOf(env);
  if (!isStoreThere(place))
    throw new CommandError(
      `Nothing is kept below ${placeText(place).replace(/^.* below /, "")}. Say where with ORRERY_HOME or DATABASE_URL, as orrery serve has it.`,
      exitCode.failed,
    );
  return withStore(env, work);
};

/** Does something with the store, which is made where it is not there, and closes it. */
export const withStore = async <T>(
  env: NodeJS.ProcessEnv,
  work: (store: Store, place: StorePlace) => Promise<T>,
): Promise<T> => {
  const { store, place } = await openPlace(env);
  try {
    return await work(store, place);
  } catch (error) {
    throw storeFailure(error);
  } finally {
    await store.close();
  }
};
