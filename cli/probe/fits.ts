import { BLOCKS } from "../../provider/blocks/index.ts";
import { listInstances } from "../../provider/ryzeapi/listing.ts";
import { observedInstance } from "../../provider/lifecycle/observed-instance.ts";
import { isObject } from "../../provider/values.ts";
import { echoOf, type Evidence } from "./evidence.ts";
import { isRefused, itemNamed, recordAt, valueAt, type Exchange } from "../wire/exchange.ts";

/** Whether the provider can read an answer, and what it learns from it. */
export interface Fit {
  /** Such as `GET /api/instance/getProxy/:instance`. */
  readonly answer: string;
  /** What is read there: the list, an instance, or a block by its name. */
  readonly as: string;
  readonly fits: boolean;
  /** The names of the fields that are told. */
  readonly told: readonly string[];
}

/** Every kind of answer of which one was seen. */
export function fitsOf({ readOnly, write, chatwoot }: Evidence): Fit[] {
  const { listed, existing } = readOnly;
  const { main, mainListed } = write;
  const item = mainListed && main?.storedName ? itemNamed(mainListed, main.storedName) : undefined;
  const echo = main && echoOf(main.answer)?.blocks;
  const names = BLOCKS.map(({ name }) => name);
  return [
    ...(listed && !isRefused(listed) ? [listFit(listed)] : []),
    ...(main && !isRefused(main.answer) ? [creationFit(main.answer)] : []),
    ...names.flatMap((name) => blockFit("POST /api/instance/new", name, echo?.[name])),
    ...names.flatMap((name) => blockFit("GET /api/instance/list", name, item?.[name])),
    ...[existing?.settings].flatMap((answer) => ownFit(answer, "settings")),
    ...[existing?.proxy, write.proxyAfterPart].flatMap((answer) => ownFit(answer, "proxy")),
    ...[existing?.s3, write.s3].flatMap((answer) => ownFit(answer, "s3")),
    ...[write.webhook].flatMap((answer) => ownFit(answer, "webhook")),
    ...[existing?.websocket, write.websocketForAllEvents].flatMap((answer) => ownFit(answer, "websocket")),
    ...[existing?.chatwoot, chatwoot.main].flatMap((answer) =>
      answer && !isRefused(answer) ? blockFit(answer.call, "chatwoot", recordAt(answer)) : [],
    ),
  ];
}

function listFit(answer: Exchange): Fit {
  const { success } = listInstances.answer.safeParse(answer.body);
  return { answer: answer.call, as: "list", fits: success, told: [] };
}

function creationFit(answer: Exchange): Fit {
  const { name, id, token, status } = observedInstance(isObject(answer.body) ? answer.body : {});
  const told = Object.entries({ name, id, token, status }).flatMap(([field, value]) =>
    value === undefined ? [] : [field],
  );
  return { answer: answer.call, as: "instance", fits: name !== undefined && token !== undefined, told };
}

function ownFit(answer: Exchange | undefined, block: string): Fit[] {
  return answer === undefined || isRefused(answer)
    ? []
    : blockFit(answer.call, block, valueAt(answer, block));
}

/** A block that is null or not there is none to be read. */
function blockFit(answer: string, name: string, record: unknown): Fit[] {
  const block = BLOCKS.find((each) => each.name === name);
  if (block === undefined || record === undefined || record === null) return [];
  const observed = block.observe(record);
  const told = Object.keys(observed ?? {}).sort();
  return [{ answer, as: name, fits: observed !== undefined, told }];
}
