import { VERSION } from "../version.ts";

/** Which version called from where, so that RyzeAPI's operators can tell people what to change. */
export function userAgent(caller: string): string {
  return `pulumi-ryzeapi/${VERSION} (${caller}; Node.js ${process.versions.node}; ${process.platform} ${process.arch})`;
}
