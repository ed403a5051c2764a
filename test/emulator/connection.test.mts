import { inflateSync } from "node:zlib";
import jsqrModule from "jsqr";
import { describe, expect, test } from "vitest";
import type { Readings } from "./emulator.mts";
import { create, emulatorFor, failure, send, type Reply } from "./helpers.mts";

const jsQR = jsqrModule as unknown as typeof jsqrModule.default;

async function connect(readings: Partial<Readings>, query = ""): Promise<Record<string, unknown>> {
  const emulator = await emulatorFor({ readings });
  await create(emulator, "a");
  const reply = await send(emulator, `GET /api/instance/connect/a${query}`);
  expect(reply).toMatchObject({ status: 200, body: { success: true } });
  return reply.body as Record<string, unknown>;
}

describe("connectAnswer", () => {
  test.each([
    ["documented", "qr", true],
    ["live", "qr_code_generated", false],
  ] as const)("%s", async (connectAnswer, status, isDataUri) => {
    const answer = await connect({ connectAnswer });
    expect(answer["status"]).toBe(status);
    expect(String(answer["qrCodeBase64"]).startsWith("data:image/png;base64,")).toBe(isDataUri);
    expect(qrCodeIn(answer["qrCodeBase64"])).toBe(answer["qrCode"]);
  });

  test("image-only", async () => {
    const answer = await connect({ connectAnswer: "image-only" });
    expect(Object.keys(answer).sort()).toEqual(["message", "qrCodeBase64", "status", "success"]);
    expect(answer["qrCodeBase64"]).toMatch(/^iVBOR/);
    expect(qrCodeIn(answer["qrCodeBase64"])).toMatch(/^2@/);
  });

  test("in-data", async () => {
    const answer = await connect({ connectAnswer: "in-data" });
    expect(Object.keys(answer).sort()).toEqual(["data", "message", "status", "success"]);
    const { qrCode, qrCodeBase64 } = answer["data"] as Record<string, unknown>;
    expect(qrCodeIn(qrCodeBase64)).toBe(qrCode);
    const pairing = await connect({ connectAnswer: "in-data" }, "?number=5511999999999");
    expect(pairing).toMatchObject({ data: { pairingCode: expect.any(String) as string } });
  });
});

test.each([
  ["dash", /^[A-Z0-9]{4}-[A-Z0-9]{4}$/, "pairing_code"],
  ["plain", /^[A-Z0-9]{8}$/, "code"],
] as const)("pairingAnswer=%s", async (pairingAnswer, form, status) => {
  const pairingCode = expect.stringMatching(form) as string;
  expect(await connect({ pairingAnswer }, "?number=5511999999999")).toMatchObject({ pairingCode, status });
});

test.each([
  ["status", { status: 200, body: { success: true, status: "connected" } }],
  ["message", { status: 200, body: { success: true, message: "Instance already connected" } }],
  ["refused", { status: 400, body: failure("Instance is already connected") }],
] as const)("connectedAnswer=%s", async (connectedAnswer, answer: Partial<Reply>) => {
  const emulator = await emulatorFor({ readings: { connectedAnswer } });
  await create(emulator, "a");
  emulator.pair("a");
  const reply = await send(emulator, "GET /api/instance/connect/a");
  expect(reply).toMatchObject(answer);
  expect("status" in (reply.body as object)).toBe(connectedAnswer === "status");
  expect(emulator.instance("a")?.state).toBe("connected");
});

/** What a phone's camera would read. */
function qrCodeIn(image: unknown): string | undefined {
  const png = Buffer.from(String(image).replace(/^data:image\/png;base64,/, ""), "base64");
  expect(png.toString("latin1", 1, 4)).toBe("PNG");
  const width = png.readUInt32BE(16);
  const data = png.indexOf("IDAT");
  const rows = inflateSync(png.subarray(data + 4, data + 4 + png.readUInt32BE(data - 4)));
  const pixels = new Uint8ClampedArray(width * width * 4);
  const bytesPerRow = 1 + Math.ceil(width / 8);
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const bits = rows.readUInt8(y * bytesPerRow + 1 + Math.floor(x / 8));
      const shade = ((bits >> (7 - (x % 8))) & 1) === 1 ? 0 : 255;
      pixels.set([shade, shade, shade, 255], (y * width + x) * 4);
    }
  }
  return jsQR(pixels, width, width, { inversionAttempts: "dontInvert" })?.data;
}
