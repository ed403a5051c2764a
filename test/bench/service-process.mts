// RyzeAPI's emulator and a Chatwoot in a process of their own, so that they do not share a thread with what is measured.
import { startChatwoot } from "../emulator/chatwoot-standin.mts";
import { startEmulator } from "../emulator/emulator.mts";

const [windowSeconds, accountToken = "", chatwootToken = "", areLimited] = process.argv.slice(2);
const emulator = await startEmulator({
  accountToken,
  windowSeconds: Number(windowSeconds),
  ...(areLimited === "true" ? {} : { limits: false as const }),
  readings: { windowKind: "aligned" },
});
const chatwoot = await startChatwoot({ accounts: [{ id: 1, apiTokens: [chatwootToken] }] });
process.send?.({ url: emulator.url, chatwootUrl: chatwoot.url });
process.once("disconnect", () => void Promise.all([emulator.close(), chatwoot.close()]));
