import { LONGEST_MESSAGE } from "../lengths.ts";
import { anyText, flag } from "./kinds.ts";

/** How the instance behaves; each field has the value that it has where nobody set it. */
export const settingsFields = {
  /**
   * Whether calls are rejected.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  autoRejectCalls: flag().byServiceDefault(false),
  /**
   * Message to the caller of a rejected call; empty for none. At most 65,536 characters.
   *
   * RyzeAPI's default: empty.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  callRejectMessage: anyText(LONGEST_MESSAGE).byServiceDefault(""),
  /**
   * Whether messages of groups are ignored.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  ignoreGroupMessages: flag().byServiceDefault(false),
  /**
   * Whether the number is always shown as online.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  keepOnlineStatus: flag().byServiceDefault(false),
  /**
   * Whether incoming messages are marked as read.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  autoReadMessages: flag().byServiceDefault(false),
  /**
   * Whether the history is not fetched when a phone is paired.
   *
   * RyzeAPI's default: `true`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  disableHistorySync: flag().byServiceDefault(true),
  /**
   * Whether status updates (stories) are ignored.
   *
   * RyzeAPI's default: `false`.
   *
   * @see https://ryzeapi.cloud/en/api/instance/settings-update
   */
  ignoreStatus: flag().byServiceDefault(false),
};
