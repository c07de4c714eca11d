import { deflateRawSync, inflateRawSync } from "node:zlib";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { packColumn, unpackColumn } from "./column.ts";

/** Rows of one series in time: ascending whole numbers (milliseconds, or bucket numbers), and a value in each column. */
export type Rows = { readonly times: readonly number[]; readonly columns: readonly (readonly number[])[] };

const form = { plain: 0, deflated: 1 } as const;

/** Some bytes of which every value comes back exactly. */
export const pack = ({ times, columns }: Rows): Buffer => {
  const bytes = new ByteWriter();
  bytes.number(times.length);
  bytes.number(columns.length);
  if (times.length === 0) return Buffer.concat([Buffer.of(form.plain), bytes.written()]);
  const parts = [times, ...columns].map(packColumn);
  const plain = Buffer.concat([bytes.written(), ...parts]);
  const deflated = deflateRawSync(plain, { level: 9 });
  return deflated.length < plain.length
    ? Buffer.concat([Buffer.of(form.deflated), deflated])
    : Buffer.concat([Buffer.of(form.plain), plain]);
};

export const unpack = (data: Uint8Array): Rows => {
  const [kind] = data;
  if (kind !== form.plain && kind !== form.deflated) throw new RangeError(`packed rows of an unknown form, ${kind}`);
  const body = data.subarray(1);
  const bytes = new ByteReader(kind === form.deflated ? inflateRawSync(body) : body);
  const count = bytes.number();
  const width = bytes.number();
  if (count === 0) return { times: [], columns: Array.from({ length: width }, () => []) };
  const times = unpackColumn(bytes, count);
  return { times, columns: Array.from({ length: width }, () => unpackColumn(bytes, count)) };
};
