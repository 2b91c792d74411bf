/** Makes a PNG smaller: a page has few colours, and 256 of them are enough (https://www.w3.org/TR/png-3/). */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * Returns a picture of 8-bit RGB or RGBA with a palette of the 256 most frequent colours; every other pixel gets the
 * nearest one.
 */
export function inPalette(png) {
  const { width, height, pixels } = decode(png);
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = chosen(counts);
  const indexOf = new Map(palette.map((colour, index) => [colour, index]));
  for (const colour of counts.keys()) if (!indexOf.has(colour)) indexOf.set(colour, nearest(colour, palette));
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < pixels.length; at++) {
    rows[at + Math.floor(at / width) + 1] = indexOf.get(pixels[at]);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => channels(colour)));
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

function distance(one, other) {
  const [a, b] = [channels(one), channels(other)];
  return a.reduce((sum, value, index) => sum + (value - b[index]) ** 2, 0);
}

function nearest(colour, palette) {
  let best = 0;
  for (let index = 1; index < palette.length; index++) {
    if (distance(colour, palette[index]) < distance(colour, palette[best])) best = index;
  }
  return best;
}

/** The most frequent colours that differ enough for an eye to see it. */
function chosen(counts) {
  const sorted = [...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour);
  const palette = [];
  for (const colour of sorted) {
    if (palette.length === 256) break;
    if (palette.every((known) => distance(known, colour) > 60)) palette.push(colour);
  }
  return palette;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Returns the pixels of a picture that Chromium made: 8 bits a channel, not interlaced. */
function decode(png) {
  const parts = [];
  let head = Buffer.alloc(0);
  for (let at = signature.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const name = png.toString('latin1', at + 4, at + 8);
    if (name === 'IHDR') head = data;
    if (name === 'IDAT') parts.push(data);
  }
  const [width, height, bytes] = [head.readUInt32BE(0), head.readUInt32BE(4), head[9] === 6 ? 4 : 3];
  const raw = inflateSync(Buffer.concat(parts));
  const size = width * bytes;
  const rows = Buffer.alloc(size * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (size + 1)];
    for (let x = 0; x < size; x++) {
      const left = x < bytes ? 0 : rows[y * size + x - bytes];
      const up = y === 0 ? 0 : rows[(y - 1) * size + x];
      const corner = y === 0 || x < bytes ? 0 : rows[(y - 1) * size + x - bytes];
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      rows[y * size + x] = raw[y * (size + 1) + 1 + x] + guess;
    }
  }
  const pixels = Array.from({ length: width * height }, (_, at) => rows.readUIntBE(at * bytes, 3));
  return { width, height, pixels };
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
