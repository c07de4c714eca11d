/** State of the generator sfc32: four 32-bit words, part of the world, so that a restored world draws on. */
export type Random = { a: number; b: number; c: number; d: number };

/** A generator for a seed; equal seeds give equal draws on every machine. */
export const randomOf = (seed: number): Random => {
  const random = { a: 0, b: seed | 0, c: 0x9e3779b9 | 0, d: 1 };
  for (let round = 0; round < 12; round++) draw32(random);
  return random;
};

const draw32 = (random: Random): number => {
  const sum = (((random.a + random.b) | 0) + random.d) | 0;
  random.d = (random.d + 1) | 0;
  random.a = random.b ^ (random.b >>> 9);
  random.b = (random.c + (random.c << 3)) | 0;
  random.c = (((random.c << 21) | (random.c >>> 11)) + sum) | 0;
  return sum >>> 0;
};

/** In [0, 1). */
export const draw = (random: Random): number => draw32(random) / 4294967296;

/** A whole number in [low, high]. */
export const drawBetween = (random: Random, low: number, high: number): number =>
  low + Math.floor(draw(random) * (high - low + 1));

/** `digits` hexadecimal digits. */
export const drawHex = (random: Random, digits: number): string => {
  let text = "";
  while (text.length < digits) text += draw32(random).toString(16).padStart(8, "0");
  return text.slice(0, digits);
};

/** A random UUID, version 4. */
export const drawUuid = (random: Random): string => {
  const hex = drawHex(random, 32);
  const variant = "89ab"[drawBetween(random, 0, 3)] ?? "8";
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** A number in [0, 1) that depends on its arguments alone: noise that need not be stored to be read again. */
export const noise = (seed: number, at: number): number => {
  let hash = (seed ^ Math.imul(at | 0, 0x85ebca6b) ^ Math.imul(Math.floor(at / 4294967296), 0xc2b2ae35)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4294967296;
};
