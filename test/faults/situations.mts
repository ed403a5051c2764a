import type { EmulatorOptions, FaultRule } from "../emulator/emulator.mts";
import { omit } from "../../provider/values.ts";
import { everyBlock } from "../support/instance.mts";
import type { Outcome } from "./engine.mts";
import { BLOCKS, DELETE, GET, LIST, NEW, RECONNECT, SET, WITHDRAW, type BlockName } from "./routes.mts";
import { NAME, type Declared, type Scene } from "./scene.mts";

export type Operation = "create" | "adopt" | "resume" | "read" | "update" | "withdraw" | "delete";

/** One call of one operation. */
export interface Situation {
  readonly operation: Operation;
  /** What the provider does with the call, where the route alone does not say it. */
  readonly detail?: string;
  readonly route: string;
  /** Only calls that name the instance: of listings those for this one name. */
  readonly named?: true;
  /** The call right before this one; undefined where this is the first one. */
  readonly precededBy?: string;
  readonly options?: EmulatorOptions;
  /** What else goes wrong so that this call is made; it strikes before what is ordered for the call. */
  readonly besides?: FaultRule;
  /** The genuine answer is a 404, which is believed only in the service's own words. */
  readonly isAnswered404?: true;
  /** With what goes wrong besides, the operation cannot succeed whatever becomes of this call. */
  readonly isHopeless?: true;
}

/** A rule that strikes at the call of the situation. */
export function at({ route, named }: Situation): { route: string; instance?: string } {
  return { route, ...(named ? { instance: NAME } : {}) };
}

const MINIMAL_LIST = { readings: { list: "minimal" } } as const;
const MINIMAL_ANSWER = { readings: { createEcho: "minimal" } } as const;
/** No field that the service keeps to itself: a look shows all of the block, and yet not whether it reconnected. */
const ALL_READABLE = "nothing unreadable";
export const RENEWED_TOKEN = "the account's token was renewed";
const UNHEARD = { kind: "drop-after", route: NEW, times: 1 } as const;
const CONFLICT = { kind: "status", status: 409, message: "Already in use", route: NEW, times: 1 } as const;
const refused = (block: BlockName): FaultRule => ({
  kind: "reject-block",
  block,
  message: "refused at creation",
  times: 1,
});

const created: Situation[] = [
  { operation: "create", route: LIST },
  { operation: "create", route: NEW, precededBy: LIST },
  { operation: "create", detail: "generated token", route: NEW, precededBy: LIST },
  {
    operation: "create",
    detail: "second attempt",
    route: NEW,
    precededBy: NEW,
    besides: { kind: "drop-before", route: NEW, times: 1 },
  },
  { operation: "create", detail: "look-up", route: LIST, named: true, precededBy: NEW, besides: UNHEARD },
  {
    operation: "create",
    detail: "look-up after a conflict",
    route: LIST,
    named: true,
    precededBy: NEW,
    besides: CONFLICT,
    isAnswered404: true,
    isHopeless: true,
  },
  {
    operation: "create",
    detail: "generated token that was not told",
    route: LIST,
    named: true,
    precededBy: NEW,
    besides: { kind: "wrong-types", route: NEW, times: 1 },
  },
  ...BLOCKS.map((block): Situation => ({
    operation: "create",
    route: GET[block],
    precededBy: NEW,
    options: MINIMAL_ANSWER,
  })),
  ...BLOCKS.map((block): Situation => ({
    operation: "create",
    detail: "sent once more",
    route: SET[block],
    precededBy: NEW,
    // A Chatwoot that was refused with a reason is not sent again.
    options: block === "chatwoot" ? MINIMAL_ANSWER : {},
    besides: refused(block),
  })),
  {
    operation: "create",
    detail: "sent once more",
    route: RECONNECT,
    precededBy: SET.proxy,
    besides: refused("proxy"),
  },
];

const adopted: Situation[] = [
  { operation: "adopt", route: LIST },
  ...BLOCKS.map((block): Situation => ({
    operation: "adopt",
    route: GET[block],
    precededBy: LIST,
    options: MINIMAL_LIST,
  })),
  ...BLOCKS.map((block): Situation => ({ operation: "adopt", route: SET[block], precededBy: LIST })),
  { operation: "adopt", route: RECONNECT, precededBy: SET.proxy },
];

const resumed: Situation[] = [
  { operation: "resume", detail: "was created", route: LIST, named: true },
  { operation: "resume", detail: "was not created", route: LIST, named: true, isAnswered404: true },
  { operation: "resume", detail: "was not created", route: NEW, precededBy: LIST },
  ...BLOCKS.map((block): Situation => ({
    operation: "resume",
    detail: "was created",
    route: GET[block],
    precededBy: LIST,
    options: MINIMAL_LIST,
  })),
];

const read: Situation[] = [
  { operation: "read", route: LIST },
  {
    operation: "read",
    detail: "look-up",
    route: LIST,
    named: true,
    precededBy: LIST,
    besides: { kind: "raw-body", text: '{"instances": []}', route: LIST, times: 1 },
  },
  ...BLOCKS.map((block): Situation => ({
    operation: "read",
    route: GET[block],
    precededBy: LIST,
    options: MINIMAL_LIST,
  })),
];

const updated: Situation[] = [
  ...BLOCKS.map((block): Situation => ({ operation: "update", route: SET[block] })),
  { operation: "update", route: RECONNECT, precededBy: SET.proxy },
  { operation: "update", detail: ALL_READABLE, route: SET.proxy },
  { operation: "update", detail: ALL_READABLE, route: RECONNECT, precededBy: SET.proxy },
  { operation: "update", detail: RENEWED_TOKEN, route: LIST },
  { operation: "update", detail: RENEWED_TOKEN, route: SET.s3, precededBy: LIST },
  ...BLOCKS.map((block): Situation => ({
    operation: "update",
    detail: "look after an unclear answer",
    route: GET[block],
    besides: { kind: "drop-before", route: SET[block] },
    isHopeless: true,
  })),
];

const withdrawn: Situation[] = [
  ...BLOCKS.map((block): Situation => ({ operation: "withdraw", route: WITHDRAW[block] })),
  { operation: "withdraw", route: RECONNECT, precededBy: WITHDRAW.proxy },
];

/** Every call that the provider makes, in every operation that makes it. */
export const SITUATIONS: readonly Situation[] = [
  ...created,
  ...adopted,
  ...resumed,
  ...read,
  ...updated,
  ...withdrawn,
  { operation: "delete", route: LIST },
  { operation: "delete", route: DELETE, precededBy: LIST },
];

/** Everything before the operation; nothing goes wrong yet. */
export async function prepare(scene: Scene, { operation, detail }: Situation): Promise<void> {
  const { engine, emulator } = scene;
  switch (operation) {
    case "create":
      if (detail?.startsWith("generated token")) scene.declared = without(scene.declared, ["token"]);
      break;
    case "adopt":
      await scene.createByHand({ name: NAME });
      emulator.patchInstance(NAME, BY_HAND);
      scene.pair();
      scene.declared = { ...without(scene.declared, ["token"]), adopt: true };
      break;
    case "resume":
      emulator.fault({ kind: detail === "was created" ? "drop-after" : "drop-before", route: NEW, times: 1 });
      // The name was free; whether it is taken now cannot be found out.
      emulator.fault({ kind: "drop-before", route: LIST, instance: NAME, after: 1 });
      await engine.up(scene.process(0.02), scene.declared);
      if (engine.state?.["status"] !== "unconfirmed") throw new Error("The creation is not in doubt.");
      emulator.clearFaults();
      break;
    case "read":
    case "update":
    case "withdraw":
    case "delete":
      await engine.up(scene.process(1), scene.declared);
      scene.pair();
      break;
  }
  // A paired number whose connection broke off: a reconnection shows.
  if (emulator.instance(NAME)?.state === "connected") emulator.patchInstance(NAME, { state: "disconnected" });
  if (operation === "read") emulator.patchInstance(NAME, DRIFT);
  if (detail === RENEWED_TOKEN) {
    scene.renewAccountToken();
    scene.configureAccountToken();
  }
  if (operation === "update") scene.declared = changed(scene, detail);
  if (operation === "withdraw") scene.declared = without(scene.declared, BLOCKS);
}

/** The operation itself. */
export async function operate(scene: Scene, { operation }: Situation, factor: number): Promise<Outcome> {
  const process = scene.process(factor);
  if (operation === "read") return await scene.engine.refresh(process);
  if (operation === "delete") return await scene.engine.destroy(process);
  return await scene.engine.up(process, scene.declared);
}

/** What people do once the fault is over: one command. */
export async function again(scene: Scene, { operation, detail }: Situation): Promise<Outcome> {
  if (operation === "delete") return await scene.engine.destroy(scene.process(1));
  // A refresh before the `up` shows a proxy as declared, and must not hide that nothing reconnected.
  if (operation === "read" || detail === ALL_READABLE) {
    const refreshed = await scene.engine.refresh(scene.process(1));
    if (refreshed.error !== undefined) return refreshed;
  }
  return await scene.engine.up(scene.process(1), scene.declared);
}

/** Everything is on, and nothing as declared. */
const BY_HAND = {
  proxy: { host: "by-hand.example.com" },
  webhooks: { default: { url: "https://by-hand.example.com" } },
  websocket: { mediaBase64: false },
  chatwoot: { baseUrl: "https://by-hand.example.com" },
  settings: { ignoreStatus: false },
  s3: { bucket: "by-hand" },
};

const DRIFT = {
  s3: { bucket: "somebody-elses" },
  settings: { ignoreStatus: false },
  webhooks: { default: { url: "https://somebody-elses.example.com" } },
};

/** Another value in every block. */
function changed({ secrets, declared }: Scene, detail: string | undefined): Declared {
  const { baseUrl } = declared["chatwoot"] as { baseUrl: string };
  const blocks = everyBlock(secrets, baseUrl);
  const proxy = { ...blocks.proxy, port: 1081, password: `${secrets.proxyPassword}2` };
  return {
    ...declared,
    proxy: detail === ALL_READABLE ? omit(proxy, ["password"]) : proxy,
    webhook: { ...blocks.webhook, url: "https://app.example.com/2", events: ["group.flow"] },
    websocket: { ...blocks.websocket, events: [], mediaBase64: false },
    chatwoot: { ...blocks.chatwoot, inboxName: "WhatsApp - Orion 2", signMessages: false },
    settings: { ...blocks.settings, callRejectMessage: "Later.", ignoreStatus: false },
    s3: { ...blocks.s3, bucket: "example-media-2", secretKey: `${secrets.s3SecretKey}2` },
  };
}

function without(declared: Declared, names: readonly (BlockName | "token")[]): Declared {
  const kept = Object.entries(declared).filter(([name]) => !(names as readonly string[]).includes(name));
  return { ...Object.fromEntries(kept), name: declared.name };
}
