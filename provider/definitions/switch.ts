import { flag } from "./kinds.ts";

/** What every block has that can be switched off. */
export const switchFields = {
  /**
   * Whether the block is in force. `false` switches it off and needs no other field. Taking the whole block out of
   * the program switches it off as well.
   *
   * Default: `true`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/create
   */
  enabled: flag().byDefault(true),
};
