import { resolveAccount } from "../provider/config.ts";
import type { AccountClient } from "../provider/ryzeapi/client.ts";
import { Service } from "../provider/ryzeapi/service.ts";

/** RyzeAPI with the given token, or the one of RYZEAPI_TOKEN, at RYZEAPI_ENDPOINT. */
export function accountClient(token?: string): AccountClient {
  const service = new Service((line) => {
    console.error(line);
  });
  return service.account(resolveAccount(token === undefined ? {} : { token }, {}, process.env));
}
