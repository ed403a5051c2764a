import { ApiError, success, type Call, type Endpoint } from "../endpoint.mts";
import type { Instance } from "../model.mts";
import type { Readings } from "../readings.mts";
import { listItem } from "../summaries.mts";

export const listEndpoint: Endpoint = {
  method: "GET",
  path: "/api/instance/list",
  auth: "either",
  handler: (call) => {
    const { store, readings } = call.service;
    const found = wanted(call);
    const blocks =
      found.length === 1 && found[0]
        ? new Map([[found[0].key, store.blocks(found[0])]])
        : store.blocksOfAccount(call.account.digest);
    return success({
      message: found.length === 1 ? "1 Instance found" : `${found.length} Instances found`,
      ...instancesKey(
        found.map((instance) => listItem(instance, blocks.get(instance.key) ?? { webhooks: {} }, readings)),
        readings,
      ),
      ...(readings.listMeta ? { meta: { total: found.length } } : {}),
    });
  },
};

function instancesKey(items: object[], { emptyList }: Readings): { instances?: object[] | null } {
  if (items.length > 0 || emptyList === "array") return { instances: items };
  return emptyList === "null" ? { instances: null } : {};
}

/** An instance's own token sees that instance, whatever the filter says. */
function wanted({ service, account, owner, query }: Call): Instance[] {
  if (owner) return [owner];
  const filter = query.get("instanceName") ?? "";
  if (filter === "") {
    const all = service.store.list(account.digest);
    return all.slice(0, service.readings.listCap || all.length);
  }
  const names = filter.split(",");
  if (names.length > 1) {
    return [...new Set(names)].flatMap((name) => service.store.find(account.digest, name) ?? []);
  }
  const instance = service.store.find(account.digest, filter);
  if (instance) return [instance];
  if (service.readings.listAbsence === "empty") return [];
  const text = service.readings.listAbsence === 404 ? "Instance not found" : "instância não encontrada";
  throw new ApiError(404, text);
}
