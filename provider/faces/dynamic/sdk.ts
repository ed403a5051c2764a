import { version } from "@pulumi/pulumi/version.js";
import { isOlder } from "../../is-older.ts";

/** Whether this SDK tells the engine the inputs that a dynamic provider's `read` gives. */
export const keepsInputsOfRead = !isOlder(version, "3.216.0");
