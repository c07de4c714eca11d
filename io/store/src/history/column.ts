import { type ByteReader, ByteWriter } from "./bytes.ts";
import { readXor, writeXor } from "./xor.ts";

/** How the values of a column are written. The numbers are in every packed row: they never change. */
const form = { constant: 0, decimal: 1, slope: 2, xor: 3 } as const;

/** So that the difference of two differences, doubled for its sign, is an exact number. */
const largest = 2 ** 50;
const mostPlaces = 9;

const wholeAt = (values: readonly number[], scale: number): number[] | undefined => {
  const whole: number[] = [];
  for (const value of values) {
    const scaled = Math.round(value * scale);
    if (!(Math.abs(scaled) <= largest) || !Object.is(scaled / scale, value) || Object.is(scaled, -0)) return undefined;
    whole.push(scaled);
  }
  return whole;
};

/** The values as whole numbers of 10^-places, if they are: what a program printed with a few digits is. */
const decimalOf = (values: readonly number[]): { places: number; whole: number[] } | undefined => {
  for (let places = 0; places <= mostPlaces; places += 1) {
    const whole = wholeAt(values, 10 ** places);
    if (whole !== undefined) return { places, whole };
  }
  return undefined;
};

/** Digits after the point that all values keep, if 9 serve. */
export const placesOf = (values: readonly number[]): number | undefined => decimalOf(values)?.places;

const divisorOf = (numbers: readonly number[]): number => {
  let common = 0;
  for (const number of numbers) {
    let [one, other] = [common, Math.abs(number)];
    while (other !== 0) [one, other] = [other, one % other];
    common = one;
    if (common === 1) return 1;
  }
  return Math.max(common, 1);
};

const differences = (numbers: readonly number[]): number[] =>
  numbers.map((number, index) => number - (numbers[index - 1] ?? 0));

const sums = (numbers: readonly number[]): number[] => {
  let sum = 0;
  return numbers.map((number) => {
    sum += number;
    return sum;
  });
};

const written = (write: (bytes: ByteWriter) => void): Uint8Array => {
  const bytes = new ByteWriter();
  write(bytes);
  return bytes.written();
};

const decimalColumn = (kind: 1 | 2, places: number, divisor: number, numbers: readonly number[]): Uint8Array =>
  written((bytes) => {
    bytes.byte(kind);
    bytes.byte(places);
    bytes.number(divisor);
    for (const number of numbers) bytes.integer(number);
  });

/** The shortest form of the values; every bit of them comes back. */
export const packColumn = (values: readonly number[]): Uint8Array => {
  const [first] = values;
  if (first !== undefined && values.every((value) => Object.is(value, first)))
    return written((bytes) => {
      bytes.byte(form.constant);
      bytes.float(first);
    });
  const decimal = decimalOf(values);
  if (decimal === undefined)
    return written((bytes) => {
      bytes.byte(form.xor);
      writeXor(bytes, values);
    });
  const divisor = divisorOf(decimal.whole);
  const steps = differences(decimal.whole.map((number) => number / divisor));
  const plain = decimalColumn(form.decimal, decimal.places, divisor, steps);
  const slope = decimalColumn(form.slope, decimal.places, divisor, differences(steps));
  return slope.length < plain.length ? slope : plain;
};

export const unpackColumn = (bytes: ByteReader, count: number): number[] => {
  const kind = bytes.byte();
  if (kind === form.constant) {
    const value = bytes.float();
    return Array.from({ length: count }, () => value);
  }
  if (kind === form.xor) return readXor(bytes, count);
  if (kind !== form.decimal && kind !== form.slope) throw new RangeError(`packed samples of an unknown form, ${kind}`);
  const scale = 10 ** bytes.byte();
  const divisor = bytes.number();
  const steps = Array.from({ length: count }, () => bytes.integer());
  const numbers = sums(kind === form.slope ? sums(steps) : steps);
  return numbers.map((number) => (number * divisor) / scale);
};
