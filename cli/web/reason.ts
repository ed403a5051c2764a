import { NoAnswerError, RyzeApiError } from "../../provider/ryzeapi/errors.ts";

/** What happened, in the service's own words; where and what to do stands in the terminal. */
export function reasonOf(error: Error): string {
  return error instanceof RyzeApiError || error instanceof NoAnswerError ? error.reason : error.message;
}
