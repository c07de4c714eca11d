import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failed } from "./failed.tsx";
import { Loading } from "./loading.tsx";
import { StaleNote } from "./stale-note.tsx";

type Shown<T> = {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  /** What holds its place meanwhile; some lines, unless told. */
  readonly loading?: ReactNode;
};

/** What a query gives, in each of its states: loading, failed, there, and there but not to be had anew. */
export const Shown = <T,>({ query, children, loading = <Loading /> }: Shown<T>): ReactNode => {
  const { data, error, isError, dataUpdatedAt, refetch } = query;
  if (data === undefined) return isError ? <Failed error={error} again={() => void refetch()} /> : loading;
  return (
    <>
      {isError ? <StaleNote at={dataUpdatedAt} why={error.message} /> : null}
      {children(data)}
    </>
  );
};
