import { randomBytes } from "node:crypto";
import { ApiError, instanceOf, success, type Answer, type Endpoint } from "../endpoint.mts";
import { qrCodePng } from "../qr-code.mts";
import type { Readings } from "../readings.mts";

export const connectionEndpoints: Endpoint[] = [
  {
    method: "GET",
    path: "/api/instance/connect/:instance",
    auth: "either",
    handler: (call) => {
      const { store, readings } = call.service;
      const instance = instanceOf(call);
      if (instance.state === "connected") return connectedAnswer(readings);
      store.update(instance, { state: "connecting" });
      store.putProxyInForce(instance);
      return call.query.get("number") ? pairingAnswer(readings) : qrCodeAnswer(readings);
    },
  },
  {
    method: "POST",
    path: "/api/instance/reconnect/:instance",
    auth: "either",
    handler: (call) => {
      const { store } = call.service;
      const instance = instanceOf(call);
      if (!instance.session) throw new ApiError(400, "Instance has no saved session — call /connect first");
      store.update(instance, { state: "connected" });
      store.putProxyInForce(instance);
      return success({ message: "Reconnect initiated", status: "connecting" });
    },
  },
  {
    method: "DELETE",
    path: "/api/instance/logout/:instance",
    auth: "either",
    handler: (call) => {
      const instance = instanceOf(call);
      call.service.store.update(instance, { state: "loggedout", session: false, numberJid: null });
      return success({ message: "Instance logged out", instance: { status: "loggedout" } });
    },
  },
  {
    method: "DELETE",
    path: "/api/instance/delete/:instance",
    auth: "account",
    handler: (call) => {
      call.service.store.remove(instanceOf(call));
      return success({ message: "Instance deleted", instance: { status: "deleted" } });
    },
  },
];

function connectedAnswer({ connectedAnswer: reading }: Readings): Answer {
  if (reading === "refused") throw new ApiError(400, "Instance is already connected");
  const message = "Instance already connected";
  return success(reading === "status" ? { message, status: "connected" } : { message });
}

function pairingAnswer(readings: Readings): Answer {
  const digits = randomBytes(4).toString("hex").toUpperCase();
  const withDash = readings.pairingAnswer === "dash";
  const pairingCode = withDash ? `${digits.slice(0, 4)}-${digits.slice(4)}` : digits;
  const status = withDash ? "pairing_code" : "code";
  return connectAnswer("Pairing code generated", status, { pairingCode }, readings);
}

function qrCodeAnswer(readings: Readings): Answer {
  const reading = readings.connectAnswer;
  const qrCode = `2@${randomBytes(48).toString("base64")},${randomBytes(32).toString("base64")}`;
  const png = qrCodePng(qrCode).toString("base64");
  const isRaw = reading === "live" || reading === "image-only";
  const qrCodeBase64 = isRaw ? png : `data:image/png;base64,${png}`;
  const codes = reading === "image-only" ? { qrCodeBase64 } : { qrCode, qrCodeBase64 };
  return connectAnswer("QR code generated", reading === "live" ? "qr_code_generated" : "qr", codes, readings);
}

function connectAnswer(message: string, status: string, codes: object, readings: Readings): Answer {
  const placed = readings.connectAnswer === "in-data" ? { data: codes } : codes;
  return success({ message, ...placed, status });
}
