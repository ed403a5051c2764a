import { onTestFinished } from "vitest";

import { startChatwoot } from "../emulator/chatwoot-standin.mts";
import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator/emulator.mts";
import { secretMarkers, type Markers } from "./secrets.mts";

/** The routes that most expectations name. */
export const CREATE = "POST /api/instance/new";
export const LIST = "GET /api/instance/list";

export interface TestService {
  readonly emulator: Emulator;
  readonly secrets: Markers;
  /** A Chatwoot whose account 1 accepts the scenario's token. */
  readonly chatwootUrl: string;
  /** Routes of the requests since the last `clearRequests`, in the order in which they came. */
  readonly routes: () => string[];
}

/** RyzeAPI and Chatwoot for one test, with secrets of their own. A concurrent test passes its own `onTestFinished`. */
export async function serviceFor(
  options: EmulatorOptions = {},
  onEnd: typeof onTestFinished = onTestFinished,
): Promise<TestService> {
  const secrets = secretMarkers();
  const emulator = await startEmulator({ accountToken: secrets.accountToken, ...options });
  onEnd(() => emulator.close());
  const chatwoot = await startChatwoot({ accounts: [{ id: 1, apiTokens: [secrets.chatwootToken] }] });
  onEnd(() => chatwoot.close());
  return {
    emulator,
    secrets,
    chatwootUrl: chatwoot.url,
    routes: () => emulator.requests().map(({ route }) => route),
  };
}
