import { sql } from "kysely";

/** A measured value. `at`: milliseconds since 1970 in UTC. */
export type Sample = { readonly series: number; readonly at: number; readonly value: number };

/** Those of one series, in order of time. */
export type Track = { readonly times: readonly number[]; readonly values: readonly number[] };

export const noTrack: Track = { times: [], values: [] };

/** All samples of a series as bytes, which are read many times faster than rows: microseconds since 2000, value. */
export const trackBytes = sql<Buffer>`string_agg(timestamptz_send(at) || float8send(value), ''::bytea order by at)`;

const epoch = Date.UTC(2000, 0, 1);

export const trackOf = (bytes: Buffer): Track => {
  const count = bytes.length / 16;
  const times: number[] = [];
  const values: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = index * 16;
    times.push(epoch + Math.round((bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)) / 1000));
    values.push(bytes.readDoubleBE(at + 8));
  }
  return { times, values };
};

/** Both in order of time. Where both have a sample, the first one's stays: what was acknowledged is not changed. */
export const mergeTracks = (first: Track, second: Track): Track => {
  if (first.times.length === 0) return second;
  if (second.times.length === 0) return first;
  const times: number[] = [];
  const values: number[] = [];
  let [one, other] = [0, 0];
  while (one < first.times.length || other < second.times.length) {
    const [mine, theirs] = [
      first.times[one] ?? Number.POSITIVE_INFINITY,
      second.times[other] ?? Number.POSITIVE_INFINITY,
    ];
    const [time, value] = mine <= theirs ? [mine, first.values[one]] : [theirs, second.values[other]];
    times.push(time);
    values.push(value ?? Number.NaN);
    if (mine <= theirs) one += 1;
    if (theirs <= mine) other += 1;
  }
  return { times, values };
};
