import { isRefused, recordAt, valueAt, type Exchange } from "../../wire/exchange.ts";
import { neither, notObservable, reading, type Finding } from "../finding.ts";
import type { Question } from "./question.ts";

export const CONNECTION_QUESTIONS: readonly Question[] = [
  {
    key: "connectAnswer",
    asks: "How does connect answer with a QR code: data URI, raw base64, no qrCode, or all in data?",
    values: ["documented", "live", "image-only", "in-data"],
    needs: "write",
    answer({ write: { qrCode } }) {
      if (qrCode === undefined) return undefined;
      if (isRefused(qrCode)) return REFUSED;
      if (recordAt(qrCode, "data")?.["qrCodeBase64"] !== undefined) return reading("in-data");
      const image = valueAt(qrCode, "qrCodeBase64");
      const status = valueAt(qrCode, "status");
      if (typeof image !== "string") return neither(qrCode);
      if (valueAt(qrCode, "qrCode") === undefined) return reading("image-only");
      const isUri = image.startsWith("data:");
      if (isUri && status === "qr") return reading("documented");
      return !isUri && status === "qr_code_generated" ? reading("live") : neither(qrCode);
    },
  },
  {
    key: "pairingAnswer",
    asks: "How does connect answer with a pairing code: ABCD-1234 and pairing_code, or ABCD1234 and code?",
    values: ["dash", "plain"],
    needs: "write",
    answer({ write: { pairingCode } }) {
      if (pairingCode === undefined) return undefined;
      if (isRefused(pairingCode)) return REFUSED;
      const code = codeIn(pairingCode);
      const status = valueAt(pairingCode, "status");
      if (/^\w{4}-\w{4}$/.test(code) && status === "pairing_code") return reading("dash");
      return /^\w{8}$/.test(code) && status === "code" ? reading("plain") : neither(pairingCode);
    },
  },
  {
    key: "connectedAnswer",
    asks: "How does connect answer for an instance that is connected?",
    values: ["status", "message", "refused"],
    needs: "nothing",
    answer: () => notObservable("it would need a paired phone, and the probe pairs none"),
  },
];

const REFUSED: Finding = notObservable("connect was refused");

function codeIn(answer: Exchange): string {
  const code = valueAt(answer, "pairingCode") ?? valueAt(answer, "data", "pairingCode");
  return typeof code === "string" ? code : "";
}
