/** Lists the account at the address given, as a process of its own: Node.js reads its CA file at start only. */
import { resolveAccount } from "../../provider/lifecycle/configuration.ts";
import { Service } from "../../provider/ryzeapi/service.ts";

const [endpoint = "", token = ""] = process.argv.slice(2);
try {
  const account = new Service({ caller: "test", notice: console.error, timeoutFactor: 0.03 }).account(
    resolveAccount({ endpoint, token }, {}, {}),
  );
  const found = await account.listing.all();
  console.log(found.map(({ name }) => name).join());
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
process.exit(); // without waiting for connections that are kept alive
