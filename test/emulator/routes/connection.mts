import { randomBytes } from "node:crypto";
import { ApiError, instanceOf, success, type Endpoint } from "../endpoint.mts";

/** A PNG of one pixel: nobody pairs a phone with the emulator. */
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export const connectionEndpoints: Endpoint[] = [
  {
    method: "GET",
    path: "/api/instance/connect/:instance",
    auth: "either",
    handler: (call) => {
      const { store, readings } = call.service;
      const instance = instanceOf(call);
      if (instance.state === "connected") {
        return success({ message: "Instance already connected", status: "connected" });
      }
      store.update(instance, { state: "connecting" });
      if (call.query.get("number")) {
        const digits = randomBytes(4).toString("hex").toUpperCase();
        const pairingCode = `${digits.slice(0, 4)}-${digits.slice(4)}`;
        return success({ message: "Pairing code generated", pairingCode, status: "pairing_code" });
      }
      const live = readings.connectAnswer === "live";
      return success({
        message: "QR code generated",
        qrCode: `2@${randomBytes(48).toString("base64")},${randomBytes(32).toString("base64")}`,
        qrCodeBase64: live ? png : `data:image/png;base64,${png}`,
        status: live ? "qr_code_generated" : "qr",
      });
    },
  },
  {
    method: "POST",
    path: "/api/instance/reconnect/:instance",
    auth: "either",
    handler: (call) => {
      const instance = instanceOf(call);
      if (!instance.session) throw new ApiError(400, "Instance has no saved session — call /connect first");
      call.service.store.update(instance, { state: "connected" });
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
