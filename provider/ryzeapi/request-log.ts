import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { isObject } from "../values.ts";
import type { Call } from "./endpoint.ts";
import { asError, cleanMessage, RyzeApiError, type NoAnswerError } from "./errors.ts";

/** How one attempt of a call went. */
interface Attempt {
  /** 1 for the first one. */
  readonly number: number;
  readonly sentAt: number;
  /** Undefined where no answer came. */
  readonly answer: { readonly status: number; readonly left: number | undefined } | undefined;
  readonly failure: RyzeApiError | NoAnswerError | undefined;
}

/** The same for all requests of a process, of which a `pulumi` command has one for its preview and one for its update. */
const RUN = randomBytes(4).toString("hex");

/** Only its owner may read which instances there are. */
const MODE = 0o600;

/** What RYZEAPI_LOG asks for: a line of JSON for each request. Neither bodies nor tokens are in it. */
export class RequestLog {
  readonly #file: string;
  readonly #notice: (line: string) => void;
  #isBroken = false;

  constructor(file: string, notice: (line: string) => void) {
    this.#file = file;
    this.#notice = notice;
  }

  write(call: Call<unknown>, { number, sentAt, answer, failure }: Attempt): void {
    if (this.#isBroken) return;
    const { method, route } = call.endpoint;
    const line = JSON.stringify({
      time: new Date(sentAt).toISOString(),
      ...{ run: RUN, method, route },
      instance: instanceOf(call),
      status: answer?.status ?? 0,
      ms: Date.now() - sentAt,
      attempt: number,
      left: answer?.left,
      message: failure && cleanMessage(failure.reason, [call.token, ...call.secrets]),
    });
    try {
      appendFileSync(this.#file, `${line}\n`, { mode: MODE });
    } catch (error) {
      // Each line is written at once, so that it is there whatever happens next; and no deployment fails for it.
      this.#isBroken = true;
      this.#notice(`RYZEAPI_LOG names a file that cannot be written to: ${asError(error).message}`);
    }
  }
}

/** The log that the environment asks for, if it does. */
export function requestLog(
  { RYZEAPI_LOG: file }: NodeJS.ProcessEnv,
  notice: (line: string) => void,
): RequestLog | undefined {
  return file === undefined || file === "" ? undefined : new RequestLog(file, notice);
}

/** Where the path does not name the instance, the creation or the filter of a listing does. */
function instanceOf({ instance, body, query }: Call<unknown>): string | undefined {
  const name = instance ?? (isObject(body) ? body["name"] : undefined) ?? query?.["instanceName"];
  return typeof name === "string" ? cleanMessage(name, []) : undefined;
}
