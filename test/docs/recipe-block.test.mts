import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";

import type { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { Service } from "../../provider/ryzeapi/service.ts";
import { read } from "./pages.mts";
import { ProjectCopy } from "./project-copy.mts";
import { startTypebotService, type TypebotService } from "./typebot-service.mts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const DEFINITION = `
import { flag, httpUrl, text } from "./kinds.ts";

/** The bot that answers. */
export const typebotFields = {
  /**
   * Address of the bot, absolute, \`http://\` or \`https://\`.
   *
   * @see https://ryzeapi.cloud/en/api/typebot/overview
   */
  url: httpUrl().required(),
  /**
   * Key of the bot; not empty. Kept as a secret; RyzeAPI never returns it, so it is compared with what was
   * sent last.
   *
   * @see https://ryzeapi.cloud/en/api/typebot/overview
   */
  apiKey: text().required().secret().neverReturned(),
  /**
   * Whether the bot answers in groups as well.
   *
   * Default: RyzeAPI's own, \`false\`.
   *
   * @see https://ryzeapi.cloud/en/api/typebot/overview
   */
  listenToGroups: flag(),
};
`;

const ENDPOINTS = `
import * as z from "zod";
import { BLOCK_FIELDS } from "../definitions/index.ts";
import { endpoint } from "../ryzeapi/endpoint.ts";
import { blockOf } from "./block.ts";
import { observedOr, recordOf } from "./records.ts";

const setTypebot = endpoint({
  method: "POST",
  route: "/api/instance/typebot/:instance",
  idempotent: true,
  answer: z.looseObject({ typebot: z.unknown().optional() }),
});

const getTypebot = endpoint({
  method: "GET",
  route: "/api/instance/getTypebot/:instance",
  idempotent: true,
  answer: z.looseObject({ typebot: recordOf(BLOCK_FIELDS.typebot).nullable() }),
});

/** The bot that answers [docs: /en/api/typebot/overview]. */
export const typebot = blockOf("typebot", BLOCK_FIELDS.typebot, {
  async read(instance) {
    return typebot.observe((await instance.call(getTypebot)).typebot) ?? { enabled: false };
  },

  async apply(instance, { declared }) {
    const answer = await instance.call(setTypebot, typebot.requestOf(declared));
    return observedOr(typebot.observe(answer.typebot), typebot.acceptedOf(declared));
  },

  async withdraw(instance) {
    await instance.call(setTypebot, { enabled: false });
    return { enabled: false };
  },
});
`;

/** The files that the recipe has written anew. */
const NEW = { "provider/definitions/typebot.ts": DEFINITION, "provider/blocks/typebot.ts": ENDPOINTS };

type Edits = Readonly<Record<string, readonly (readonly [before: string, added: string])[]>>;

const IMPORTED_FIELDS = 'import type { typebotFields } from "../provider/definitions/typebot.ts";\n';

/** The lines that it has added, each in front of one that is there. */
const ADDED: Edits = {
  "provider/definitions/index.ts": [
    ["import { webhookFields }", 'import { typebotFields } from "./typebot.ts";\n'],
    ["} as const satisfies", "  typebot: { ...switchFields, ...typebotFields },\n"],
  ],
  "provider/blocks/index.ts": [
    ["import { webhook }", 'import { typebot } from "./typebot.ts";\n'],
    ["];", ", typebot"],
  ],
  "sdk/arguments.ts": [
    ["import type { webhookFields }", IMPORTED_FIELDS],
    [
      "/**\n * The RyzeAPI account",
      `interface Typebot extends Switch, ArgsOf<typeof typebotFields> {}

/**
 * The bot that answers.
 *
 * Source: https://ryzeapi.cloud/en/api/typebot/overview
 */
export type TypebotArgs = Typebot | SwitchedOff;

`,
    ],
    [
      "  /**\n   * The account that owns the instance.",
      `  /**
   * The bot that answers.
   *
   * Default: none.
   *
   * @see https://ryzeapi.cloud/en/api/typebot/overview
   */
  typebot?: Input<TypebotArgs | undefined>;
`,
    ],
  ],
  "sdk/results.ts": [
    ["import type { webhookFields }", IMPORTED_FIELDS],
    [
      "/** What RyzeAPI said of a block",
      "/** The bot as it was declared, resolved and with its defaults filled in. */\n" +
        "export interface Typebot extends Switch, DeclaredOf<typeof typebotFields> {}\n\n",
    ],
    [
      "  /** The settings as they were seen. */",
      "  /** The bot as it was seen; the key is never told. */\n  readonly typebot?: Observed<typeof typebotFields>;\n",
    ],
  ],
  "sdk/instance.ts": [
    ["  Webhook,\n", "  Typebot,\n"],
    [
      "  /** What the provider knows the instance by",
      "  /** The bot as declared. */\n  declare readonly typebot: pulumi.Output<Typebot | undefined>;\n",
    ],
  ],
  "sdk/index.ts": [
    ["  WebhookArgs,\n", "  TypebotArgs,\n"],
    ["Webhook, Websocket }", "Typebot, "],
  ],
};

const TYPES = `
import * as pulumi from "@pulumi/pulumi";
import type { ObservedBlocks, RyzeInstance, RyzeInstanceArgs, Typebot, TypebotArgs } from "./sdk/index.ts";

const apiKey = new pulumi.Config().requireSecret("key");
export const accepted: RyzeInstanceArgs[] = [
  { typebot: { url: "https://bot.example.com", apiKey, listenToGroups: true } },
  { typebot: { enabled: false } },
];
export const refused: RyzeInstanceArgs[] = [
  // @ts-expect-error: it needs apiKey
  { typebot: { url: "https://bot.example.com" } },
  // @ts-expect-error: a flag is no text
  { typebot: { url: "https://bot.example.com", apiKey, listenToGroups: "yes" } },
  // @ts-expect-error: a misspelt name
  { typebot: { url: "https://bot.example.com", apikey: apiKey } },
  // @ts-expect-error: a misspelt block
  { typebott: { enabled: false } },
];
export const alone: TypebotArgs = { url: "https://bot.example.com", apiKey };
export const declared = (instance: RyzeInstance): pulumi.Output<Typebot | undefined> => instance.typebot;
export const seen = ({ typebot }: ObservedBlocks): unknown[] => [typebot?.url, typebot?.enabled, typebot?.error];
// @ts-expect-error: a secret is never observed
export const key = ({ typebot }: ObservedBlocks): unknown => typebot?.apiKey;
`;

const KEY = "typebot-key-a1b2c3";
const TYPEBOT = { url: "https://bot.example.com", apiKey: KEY, listenToGroups: true };
const ORION = { name: "orion", typebot: TYPEBOT };
const SET = "POST /api/instance/typebot/orion";
const WHOLE = { enabled: true, ...TYPEBOT };

let copy: ProjectCopy;
let lifecycleOf: typeof InstanceLifecycle;
let serviceOf: typeof Service;
let service: TypebotService;

beforeAll(async () => {
  copy = await ProjectCopy.make();
  for (const [path, text] of Object.entries(NEW)) await copy.write(path, text);
  for (const [path, additions] of Object.entries(ADDED))
    for (const [before, added] of additions) await copy.edit(path, before, added + before);
  ({ InstanceLifecycle: lifecycleOf } = (await imported("provider/lifecycle/instance.ts")) as {
    InstanceLifecycle: typeof InstanceLifecycle;
  });
  ({ Service: serviceOf } = (await imported("provider/ryzeapi/service.ts")) as { Service: typeof Service });
});

afterAll(() => copy.remove());

beforeEach(async () => {
  service = await startTypebotService();
  return () => service.close();
});

test("the recipe names every file that has to be written or changed", () => {
  const [, recipe = ""] = /\n## A new block\n(.*?)\n## /s.exec(read("docs/architecture.md")) ?? [];
  const folders = Object.keys(NEW).map((path) => path.replace(/[^/]+$/, ""));
  const unnamed = [...folders, ...Object.keys(ADDED)].filter((path) => !recipe.includes(path));
  expect(unnamed).toEqual([]);
});

test("the block is created with the instance in one call, and its secret is kept out of what was observed", async () => {
  const state = await created();
  expect(service.taken()).toEqual([
    {
      call: "POST /api/instance/new",
      body: {
        name: "orion",
        typebotEnabled: true,
        typebotUrl: TYPEBOT.url,
        typebotApiKey: KEY,
        typebotListenToGroups: true,
      },
    },
  ]);
  expect(state).toMatchObject({
    typebot: WHOLE,
    observed: {},
  });
  expect(JSON.stringify(state["observed"])).not.toContain(KEY);
  expect(changesOf(state, ORION)).toBe(false);
});

test("what is wrong is refused with its place", () => {
  const failures = (typebot: object) =>
    started()
      .check({ name: "orion", typebot })
      .failures.map(({ reason }) => reason.split(" ")[0]);
  expect(failures({ url: "bot.example.com" })).toEqual(["typebot.url", "typebot.apiKey"]);
  expect(failures({ ...TYPEBOT, apikey: KEY })).toEqual(["typebot.apikey"]);
  expect(failures({ enabled: false })).toEqual([]);
});

test.each([
  ["a flag", { listenToGroups: false }],
  ["the secret", { apiKey: "another-key" }],
  ["the URL", { url: "https://other.example.com" }],
])("a change of %s goes to its endpoint, in one request", async (_what, change) => {
  const state = await created();
  service.taken();
  const changed = { name: "orion", typebot: { ...TYPEBOT, ...change } };
  expect(changesOf(state, changed)).toBeUndefined();
  const after = await started().update("orion", state, argumentsOf(changed));
  expect(service.taken()).toEqual([{ call: SET, body: { ...WHOLE, ...change } }]);
  expect(service.typebot("orion")).toEqual({ ...WHOLE, ...change });
  expect(changesOf(after, changed)).toBe(false);
});

test.each([
  ["in the listing", true, []],
  ["at its own endpoint", false, [{ call: "GET /api/instance/getTypebot/orion" }]],
])("drift is found %s, and put back", async (_where, listsTypebot, asked) => {
  const state = await created();
  service.listsTypebot = listsTypebot;
  service.change("orion", { listenToGroups: false });
  service.taken();
  const found = await started().read("orion", state);
  expect(service.taken()).toEqual(asked);
  expect(found?.inputs).toMatchObject({ typebot: { listenToGroups: false } });
  const drifted = found?.state ?? {};
  expect(changesOf(drifted, ORION)).toBeUndefined();
  const after = await started().update("orion", drifted, argumentsOf(ORION));
  expect(service.taken()).toEqual([{ call: SET, body: WHOLE }]);
  expect(service.typebot("orion")).toEqual(WHOLE);
  expect(changesOf(after, ORION)).toBe(false);
});

test.each([
  ["taken out of the program", { name: "orion" }],
  ["switched off", { name: "orion", typebot: { enabled: false } }],
])("a block that is %s is withdrawn", async (_how, changed) => {
  const state = await created();
  service.taken();
  const after = await started().update("orion", state, argumentsOf(changed));
  expect(service.taken()).toEqual([{ call: SET, body: { enabled: false } }]);
  expect(changesOf(after, changed)).toBe(false);
});

test("a refusal is a warning without the secret, and the next update heals it", async () => {
  service.refusal = `Typebot does not know the key ${KEY}`;
  const state = await created();
  const [warning] = state["warnings"] as string[];
  expect(warning).toContain("typebot is not as declared: ");
  expect(warning).toContain("Typebot does not know the key");
  expect(warning).not.toContain(KEY);
  expect(changesOf(state, ORION)).toBe(true);
  service.refusal = undefined;
  service.taken();
  const after = await started().update("orion", state, argumentsOf(ORION));
  expect(service.taken()).toEqual([{ call: SET, body: WHOLE }]);
  expect(after["warnings"]).toBeUndefined();
});

test("programs can declare and read it, and nothing else in its place compiles", async () => {
  await copy.compile(TYPES);
});

test("it has its page, its row in the overview and its types in the plugin's schema", async () => {
  expect(await copy.run("scripts/reference/main.mts")).toContain("docs/blocks/typebot.md");
  const page = await copy.read("docs/blocks/typebot.md");
  expect(page).toContain("# typebot\n\nThe bot that answers.");
  expect(page).toMatch(/`apiKey` +\| string +\| \*\*required\*\* +\| yes +\|/);
  const overview = await copy.read("docs/blocks/README.md");
  expect(overview).toContain("[typebot](typebot.md)");
  expect(overview).toContain("`observed.typebot`");
  const schema = JSON.parse(await copy.read("provider/faces/plugin/schema.json")) as Schema;
  const typebot = { $ref: "#/types/ryzeapi:index:Typebot" };
  const instance = schema.resources["ryzeapi:index:Instance"];
  expect(instance?.inputProperties["typebot"]).toMatchObject(typebot);
  expect(instance?.properties["typebot"]).toMatchObject(typebot);
  expect(schema.types["ryzeapi:index:Typebot"]?.properties["apiKey"]).toMatchObject({ secret: true });
  expect(Object.keys(schema.types["ryzeapi:index:ObservedTypebot"]?.properties ?? {})).toEqual([
    ...["url", "listenToGroups", "enabled", "error"],
  ]);
});

interface Schema {
  readonly types: Record<string, { properties: Record<string, object> }>;
  readonly resources: Record<
    string,
    { inputProperties: Record<string, object>; properties: Record<string, object> }
  >;
}

async function imported(path: string): Promise<unknown> {
  return await import(pathToFileURL(join(copy.folder, path)).href);
}

/** As the provider process of a new command has it. */
function started(): InstanceLifecycle {
  const ignore = () => undefined;
  return new lifecycleOf({
    service: new serviceOf({ caller: "test", notice: ignore, timeoutFactor: 0.1 }),
    configured: () => [{ endpoint: service.url, token: "acc_demo" }],
    environment: {},
    canCheckDrift: true,
    notice: ignore,
    warn: ignore,
  });
}

function argumentsOf(declared: object) {
  const { inputs, failures } = started().check({ ...declared });
  expect(failures).toEqual([]);
  if (inputs === undefined) throw new Error("check gave neither inputs nor failures");
  return inputs;
}

async function created() {
  return await started().create(argumentsOf(ORION));
}

function changesOf(state: Parameters<InstanceLifecycle["diff"]>[0], declared: object): boolean | undefined {
  return started().diff(state, argumentsOf(declared)).changes;
}
