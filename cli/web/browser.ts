import { spawn } from "node:child_process";

/** Opens an address in the browser of this desktop, if there is one; it is printed too, so nothing depends on it. */
export function openInBrowser(address: string): void {
  const [command, ...args] = openerFor(process.platform);
  if (command === undefined) return;
  spawn(command, [...args, address], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

function openerFor(platform: NodeJS.Platform): readonly string[] {
  if (platform === "darwin") return ["open"];
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  // Without a desktop xdg-open may find a browser for terminals, which would use up the link and show nothing.
  const hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].some((variable) => process.env[variable]);
  return hasDesktop ? ["xdg-open"] : [];
}
