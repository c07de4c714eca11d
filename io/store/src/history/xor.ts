import type { ByteReader, ByteWriter } from "./bytes.ts";

/** Writes numbers of up to 32 bits, the highest bit first. */
class BitWriter {
  readonly #bytes: ByteWriter;
  #byte = 0;
  #free = 8;

  constructor(bytes: ByteWriter) {
    this.#bytes = bytes;
  }

  write(value: number, count: number): void {
    let left = count;
    while (left > 0) {
      const taken = Math.min(left, this.#free);
      const part = (value >>> (left - taken)) & ((1 << taken) - 1);
      this.#free -= taken;
      this.#byte |= part << this.#free;
      left -= taken;
      if (this.#free === 0) this.flush();
    }
  }

  flush(): void {
    if (this.#free === 8) return;
    this.#bytes.byte(this.#byte);
    this.#byte = 0;
    this.#free = 8;
  }
}

class BitReader {
  readonly #bytes: ByteReader;
  #byte = 0;
  #left = 0;

  constructor(bytes: ByteReader) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    let value = 0;
    let wanted = count;
    while (wanted > 0) {
      if (this.#left === 0) {
        this.#byte = this.#bytes.byte();
        this.#left = 8;
      }
      const taken = Math.min(wanted, this.#left);
      this.#left -= taken;
      value = ((value << taken) | ((this.#byte >>> this.#left) & ((1 << taken) - 1))) >>> 0;
      wanted -= taken;
    }
    return value;
  }
}

const trailingZeros = (value: number): number => 31 - Math.clz32(value & -value);

/** The lowest `count` bits of 64 in two halves. */
const writeLong = (bits: BitWriter, high: number, low: number, count: number): void => {
  if (count > 32) bits.write(high, count - 32);
  bits.write(low, Math.min(count, 32));
};

const shiftRight = (high: number, low: number, by: number): [number, number] => {
  if (by === 0) return [high, low];
  if (by >= 32) return [0, high >>> (by - 32)];
  return [high >>> by, ((low >>> by) | (high << (32 - by))) >>> 0];
};
const shiftLeft = (high: number, low: number, by: number): [number, number] => {
  if (by === 0) return [high, low];
  if (by >= 32) return [(low << (by - 32)) >>> 0, 0];
  return [((high << by) | (low >>> (32 - by))) >>> 0, (low << by) >>> 0];
};

/**
 * Each value by its difference from the one before, bit by bit (XOR), of which only the bits between the first and last
 * that are set are written; as in Gorilla (Pelkonen and others, VLDB 2015), section 4.1.3.
 */
export const writeXor = (bytes: ByteWriter, values: readonly number[]): void => {
  const bits = new BitWriter(bytes);
  const view = new DataView(new ArrayBuffer(8));
  let [beforeHigh, beforeLow] = [0, 0];
  let [leading, meaning] = [0, 0];
  for (const value of values) {
    view.setFloat64(0, value);
    const [high, low] = [view.getUint32(0), view.getUint32(4)];
    const [xorHigh, xorLow] = [(high ^ beforeHigh) >>> 0, (low ^ beforeLow) >>> 0];
    [beforeHigh, beforeLow] = [high, low];
    if (xorHigh === 0 && xorLow === 0) {
      bits.write(0, 1);
      continue;
    }
    bits.write(1, 1);
    const ahead = xorHigh === 0 ? 32 + Math.clz32(xorLow) : Math.clz32(xorHigh);
    const behind = xorLow === 0 ? 32 + trailingZeros(xorHigh) : trailingZeros(xorLow);
    // The window of the value before serves again, unless it is 13 bits wider than needed: those a new one costs.
    const fits = meaning > 0 && ahead >= leading && behind >= 64 - leading - meaning;
    if (fits && meaning - (64 - ahead - behind) <= 13) bits.write(0, 1);
    else {
      leading = ahead;
      meaning = 64 - ahead - behind;
      bits.write(1, 1);
      bits.write(leading, 6);
      bits.write(meaning - 1, 6);
    }
    const [outHigh, outLow] = shiftRight(xorHigh, xorLow, 64 - leading - meaning);
    writeLong(bits, outHigh, outLow, meaning);
  }
  bits.flush();
};

export const readXor = (bytes: ByteReader, count: number): number[] => {
  const bits = new BitReader(bytes);
  const view = new DataView(new ArrayBuffer(8));
  const values: number[] = [];
  let [high, low] = [0, 0];
  let [leading, meaning] = [0, 0];
  while (values.length < count) {
    if (bits.read(1) === 1) {
      if (bits.read(1) === 1) {
        leading = bits.read(6);
        meaning = bits.read(6) + 1;
      }
      const readHigh = meaning > 32 ? bits.read(meaning - 32) : 0;
      const readLow = bits.read(Math.min(meaning, 32));
      const [xorHigh, xorLow] = shiftLeft(readHigh, readLow, 64 - leading - meaning);
      [high, low] = [(high ^ xorHigh) >>> 0, (low ^ xorLow) >>> 0];
    }
    view.setUint32(0, high);
    view.setUint32(4, low);
    values.push(view.getFloat64(0));
  }
  return values;
};
