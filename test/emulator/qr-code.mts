import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";

const pixelsPerModule = 4;
const quietZone = 4;

/** A PNG as Go's encoder writes that of a QR code: two colours in a palette, eight pixels a byte. */
export function qrCodePng(content: string): Buffer {
  const { data: modules } = encode(content, { border: quietZone });
  const width = modules.length * pixelsPerModule;
  const rows = modules.flatMap((row) => {
    const pixels = row.flatMap((isDark) => Array<number>(pixelsPerModule).fill(isDark ? 1 : 0));
    return Array<Buffer>(pixelsPerModule).fill(Buffer.concat([Buffer.of(noFilter), inBits(pixels)]));
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header.set([bitDepth, indexedColour], 8);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.of(255, 255, 255, 0, 0, 0)),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const noFilter = 0;
const bitDepth = 1;
const indexedColour = 3;

function inBits(pixels: number[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(pixels.length / 8));
  pixels.forEach((bit, at) => {
    const byte = Math.floor(at / 8);
    bytes.writeUInt8(bytes.readUInt8(byte) | (bit << (7 - (at % 8))), byte);
  });
  return bytes;
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(4 + typed.length + 4);
  framed.writeUInt32BE(data.length, 0);
  framed.set(typed, 4);
  framed.writeUInt32BE(crc32(typed), 4 + typed.length);
  return framed;
}
