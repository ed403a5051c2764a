import { inflateSync } from "node:zlib";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** A PNG as Chromium writes it: 8 bits a channel, with or without alpha, not interlaced. */
export function pixelsOf(png: Buffer): Pixels {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = png.readUInt8(25) === 6 ? 4 : 3;
  const lines = unfiltered(
    inflateSync(Buffer.concat(chunksOf(png, "IDAT"))),
    width * channels,
    height,
    channels,
  );
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel += 1)
    data.set(lines.subarray(pixel * channels, (pixel + 1) * channels), pixel * 4);
  return { width, height, data };
}

const SIGNATURE_LENGTH = 8;
/** Of a chunk's length, kind and checksum. */
const CHUNK_FRAME = 12;

function chunksOf(png: Buffer, kind: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = SIGNATURE_LENGTH; at < png.length; at += png.readUInt32BE(at) + CHUNK_FRAME)
    if (png.toString("latin1", at + 4, at + 8) === kind)
      found.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  return found;
}

/** Each line begins with how its bytes differ from those to the left of and above them. */
function unfiltered(filtered: Buffer, length: number, height: number, channels: number): Buffer {
  const plain = Buffer.alloc(length * height);
  for (let row = 0; row < height; row += 1) {
    const filter = filtered[row * (length + 1)] ?? 0;
    for (let column = 0; column < length; column += 1) {
      const at = row * length + column;
      const left = column < channels ? 0 : (plain[at - channels] ?? 0);
      const up = row === 0 ? 0 : (plain[at - length] ?? 0);
      const corner = row === 0 || column < channels ? 0 : (plain[at - length - channels] ?? 0);
      const expected = [0, left, up, (left + up) >> 1, nearest(left, up, corner)][filter] ?? 0;
      plain[at] = ((filtered[row * (length + 1) + 1 + column] ?? 0) + expected) & 255;
    }
  }
  return plain;
}

function nearest(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
