import { setTimeout as sleep } from "node:timers/promises";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { asError, RyzeApiError } from "../provider/ryzeapi/errors.ts";
import type { ListedInstance } from "../provider/ryzeapi/listing.ts";

/** What one look at the account brings. */
export type Sight =
  | { readonly is: "listed"; readonly instances: readonly ListedInstance[]; readonly askedAt: number }
  /** The answer takes its time, as it does where RyzeAPI's limit is used up. */
  | { readonly is: "awaited" }
  | { readonly is: "failed"; readonly error: Error };

const AWAITED_AFTER_MS = 3_000;

/**
 * The whole account, again and again, in one listing each time. A failure is one of the sights, since the next look may
 * succeed; only a token that is refused ends it.
 */
export async function* watching(account: AccountClient, pauseMs: () => number): AsyncGenerator<Sight, never> {
  for (;;) {
    const answer = look(account);
    const isLate = sleep(AWAITED_AFTER_MS, true, { ref: false });
    if ((await Promise.race([answer, isLate])) === true) yield { is: "awaited" };
    yield await answer;
    await sleep(pauseMs());
  }
}

async function look({ listing }: AccountClient): Promise<Sight> {
  const askedAt = Date.now();
  listing.invalidate();
  try {
    return { is: "listed", instances: await listing.all(), askedAt };
  } catch (error) {
    if (error instanceof RyzeApiError && error.tokenRefused) throw error;
    return { is: "failed", error: asError(error) };
  }
}
