/**
 * The program `pulumi-resource-ryzeapi`. The engine starts it, reads the port from its first line and speaks the
 * resource provider protocol with it [docs: https://www.pulumi.com/docs/iac/guides/building-extending/providers/].
 *
 * @module
 */
import { fstatSync } from "node:fs";
import { VERSION } from "../../version.ts";
import { PluginServer } from "./server.ts";

/** Standard input is a pipe from the engine; where that was killed, nobody is left to work for. */
function endWithTheEngine(): void {
  const input = fstatSync(0);
  if (!input.isFIFO() && !input.isSocket()) return;
  process.stdin.once("end", () => process.exit()).resume();
}

endWithTheEngine();
const engine = process.argv.slice(2).findLast((argument) => !argument.startsWith("-"));
new PluginServer(VERSION, engine).listen().then(
  (port) => {
    console.log(port);
  },
  (error: unknown) => {
    console.error("pulumi-resource-ryzeapi cannot listen on the loopback address:", error);
    process.exitCode = 1;
  },
);
