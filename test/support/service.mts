import { onTestFinished } from "vitest";

import { startChatwoot } from "../emulator/chatwoot-standin.mts";
import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator/emulator.mts";
import { secretMarkers, type Markers } from "./secrets.mts";

/** The routes that most expectations name. */
export const CREATE = "POST /api/instance/new";
export const LIST = "GET /api/instance/list";

/** A second value for every secret, which Chatwoot accepts as well. */
export const OTHER_SECRET = "another-secret";

export interface TestService {
  readonly emulator: Emulator;
  readonly secrets: Markers;
  /** A Chatwoot whose accounts 1 and 2 accept the scenario's token. */
  readonly chatwootUrl: string;
  /** Routes of the requests since the last `clearRequests`, in the order in which they came. */
  readonly routes: () => string[];
}

/** RyzeAPI and Chatwoot for one test, with secrets of their own. What does not end with the present test passes its own `onEnd`. */
export async function serviceFor(
  options: EmulatorOptions = {},
  onEnd: (close: () => Promise<void>) => void = onTestFinished,
): Promise<TestService> {
  const secrets = secretMarkers();
  const emulator = await startEmulator({ accountToken: secrets.accountToken, ...options });
  onEnd(() => emulator.close());
  const apiTokens = [secrets.chatwootToken, OTHER_SECRET];
  const chatwoot = await startChatwoot({ accounts: [1, 2].map((id) => ({ id, apiTokens })) });
  onEnd(() => chatwoot.close());
  return {
    emulator,
    secrets,
    chatwootUrl: chatwoot.url,
    routes: () => emulator.requests().map(({ route }) => route),
  };
}
