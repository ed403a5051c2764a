import { expect, test } from "vitest";

import { secretMarkers, expectNoSecrets } from "../support/secrets.mts";
import { serviceFor, type TestService } from "../support/service.mts";
import { ryzeapi, stackFor, type TestStack } from "../support/stack.mts";

const { RyzeInstance, RyzeWebhook } = ryzeapi;

const OUR_NUMBER = "5511777777777@s.whatsapp.net";
const THEIR_NUMBER = "5511888888888@s.whatsapp.net";

interface TwoAccounts extends TestService {
  readonly ours: string;
  readonly theirs: string;
}

/** RyzeAPI with an empty account of ours, and another one with an "orion" that is paired. */
async function twoAccounts(): Promise<TwoAccounts> {
  const { accountToken: ours, instanceToken: theirs } = secretMarkers();
  const service = await serviceFor({ accounts: [{ token: ours }, { token: theirs }] });
  const { emulator } = service;
  const body = JSON.stringify({ name: "orion" });
  await fetch(`${emulator.url}/api/instance/new`, { method: "POST", headers: { token: theirs }, body });
  emulator.pair("orion", THEIR_NUMBER, theirs);
  emulator.clearRequests();
  return { ...service, ours, theirs };
}
