import type { EmulatorOptions, FaultRule } from "../emulator/emulator.mts";
import { DELETE, GET, LIST, NEW, RECONNECT, SET } from "./routes.mts";
import { NAME, type Scene } from "./scene.mts";
import { at, RENEWED_TOKEN, type Situation } from "./situations.mts";

/** One way in which a call goes wrong. */
export interface FaultKind {
  readonly name: string;
  readonly strike: (scene: Scene, situation: Situation) => void;
  /** Ends what `strike` began, beside the emulator's faults. */
  readonly lift?: (scene: Scene) => void | Promise<void>;
  readonly options?: EmulatorOptions;
  /** Where it can happen; default: anywhere. */
  readonly happensTo?: (situation: Situation) => boolean;
  /** Where the operation has to succeed all the same; default: nowhere. */
  readonly isAbsorbed?: (situation: Situation) => boolean;
  /** What the error has to say, where there is one. */
  readonly says?: RegExp;
  /** Waits for minutes, as it has to: only in the full set. */
  readonly isSlow?: true;
  /** Shortens timeouts and back-offs; what is about timeouts wants them shorter. */
  readonly factor?: number;
  /** The emulator does not see the call. */
  readonly isUnseen?: true;
  /** The instance is gone, so `pulumi refresh` comes before the next `pulumi up`. */
  readonly takesInstance?: true;
  /** Nothing tells that the account is the one which an unanswered creation was sent to: people have to say so. */
  readonly renewsAccount?: true;
}

type Rule<Kind extends FaultRule = FaultRule> = Kind extends unknown
  ? Omit<Kind, "route" | "match" | "instance" | "times" | "after">
  : never;
type Where = (situation: Situation) => boolean;

const HOUR_MS = 3_600_000;
const HOUR = 3_600;
const TIMEOUTS: Partial<FaultKind> = { factor: 0.03 };

/** Two minutes each: at one call of each sort. */
const SLOW: Partial<FaultKind> = {
  isSlow: true,
  happensTo: ({ route, isHopeless }) => [LIST, NEW, SET.s3, GET.s3, DELETE].includes(route) && !isHopeless,
};

const anywhere: Where = () => true;
const ifReadable: Where = ({ isAnswered404 }) => !isAnswered404;
const nowhere: Where = () => false;
/** A second activation could make a second inbox, so this call is not repeated. */
const ifRepeated: Where = ({ route }) => route !== SET.chatwoot;
/** The Chatwoot bridge answers 503 where it is not configured: an answer, and no fault that passes. */
const ifNoGateway: Where = ({ route }) => !route.includes("/api/chatwoot/");
/** Where a 429 does not name the token's limit, a reconnection takes it for WhatsApp's throttling: a warning. */
const ifNotThrottled: Where = ({ route }) => route !== RECONNECT;
const isNew: Where = ({ route }) => route === NEW;
/** Goes with the instance's token first, and with the account's where that one is refused. */
const hasTwoTokens: Where = ({ route }) => route.includes(":instance") && route !== DELETE;
const ofInstance: Where = (situation) => hasTwoTokens(situation) && situation.operation !== "resume";

function once(name: string, rule: Rule, isAbsorbed: Where, more: Partial<FaultKind> = {}): FaultKind {
  return {
    name: `${name}, once`,
    strike: ({ emulator }, situation) => {
      emulator.fault({ ...rule, ...at(situation), times: 1 });
    },
    isAbsorbed,
    ...more,
  };
}

function lasting(name: string, rule: Rule, more: Partial<FaultKind> = {}): FaultKind {
  return {
    name: `${name}, lasting`,
    strike: ({ emulator }, situation) => {
      emulator.fault({ ...rule, ...at(situation) });
    },
    ...more,
  };
}

function limit(headers: () => Record<string, string>): Rule {
  // Headers are made when the fault is ordered, which is when the case begins.
  return {
    kind: "status",
    status: 429,
    message: "Rate limit exceeded. Try again later.",
    headers: headers(),
  };
}

function limited(
  name: string,
  headers: () => Record<string, string>,
  more: Partial<FaultKind> = {},
): FaultKind {
  return {
    name: `429 ${name}, once`,
    strike: ({ emulator }, situation) => {
      emulator.fault({ ...limit(headers), ...at(situation), times: 1 });
    },
    isAbsorbed: anywhere,
    ...more,
  };
}

const usedUp = (seconds: number) => () => ({
  "x-ratelimit-limit": "100",
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": String(Math.floor(Date.now() / 1_000) + seconds),
});

/** A 429 of a service whose clock, or one header of it, is off. */
function skewed(name: string, date: number, reset: number, more: Partial<FaultKind> = {}): FaultKind {
  const kind = limited(name, usedUp(1), more);
  return {
    ...kind,
    strike: (scene, situation) => {
      scene.front.skew({ date, reset });
      kind.strike(scene, situation);
    },
    lift: ({ front }) => {
      front.skew(undefined);
    },
  };
}

const connections: FaultKind[] = [
  {
    name: "connection refused, lasting",
    isUnseen: true,
    strike: ({ front }, { precededBy }) => {
      front.refuse(precededBy);
    },
    lift: ({ front }) => front.accept(),
  },
  once("reset before it was applied", { kind: "drop-before" }, ifRepeated),
  lasting("reset before it was applied", { kind: "drop-before" }),
  once("reset after it was applied", { kind: "drop-after" }, anywhere),
  lasting("reset after it was applied", { kind: "drop-after" }),
  once(
    "time-out before it was applied",
    { kind: "delay", ms: HOUR_MS, when: "before" },
    ifRepeated,
    TIMEOUTS,
  ),
  lasting("time-out before it was applied", { kind: "delay", ms: HOUR_MS, when: "before" }, TIMEOUTS),
  once("time-out after it was applied", { kind: "delay", ms: HOUR_MS, when: "after" }, anywhere, TIMEOUTS),
  lasting("time-out after it was applied", { kind: "delay", ms: HOUR_MS, when: "after" }, TIMEOUTS),
  once("slow body", { kind: "slow-body", ms: HOUR_MS }, anywhere, TIMEOUTS),
  lasting("slow body", { kind: "slow-body", ms: HOUR_MS }, TIMEOUTS),
];

const contents: FaultKind[] = [
  once("cut JSON", { kind: "cut-json" }, ifReadable),
  once("cut JSON, chunked", { kind: "cut-json", ending: "chunked" }, ifReadable),
  once("cut JSON, then reset", { kind: "cut-json", ending: "reset" }, anywhere),
  lasting("cut JSON", { kind: "cut-json" }),
  once("wrong JSON types", { kind: "wrong-types" }, ifReadable),
  lasting("wrong JSON types", { kind: "wrong-types" }),
  once("empty body", { kind: "raw-body", text: "" }, ifReadable),
  once("null as the body", { kind: "raw-body", text: "null" }, ifReadable),
  once("a list as the body", { kind: "raw-body", text: "[]" }, ifReadable),
  once("200 page of a proxy", { kind: "html", status: 200, when: "after" }, anywhere),
];

const statuses: FaultKind[] = [
  once("502 page of a proxy, not applied", { kind: "html", status: 502 }, ifRepeated),
  once("502 page of a proxy, applied", { kind: "html", status: 502, when: "after" }, ifRepeated),
  lasting("502 page of a proxy", { kind: "html", status: 502 }),
  once("504", { kind: "status", status: 504 }, ifRepeated),
  once("500, not applied", { kind: "status", status: 500, message: "Out of memory" }, isNew),
  once("500, applied", { kind: "status", status: 500, when: "after" }, isNew),
  lasting("500", { kind: "status", status: 500 }, { says: /Injected status 500/ }),
  once("503", { kind: "status", status: 503 }, ifNoGateway),
  lasting("503", { kind: "status", status: 503 }),
  once("404 page of a proxy", { kind: "html", status: 404 }, nowhere),
  lasting("404 page of a proxy", { kind: "html", status: 404 }),
  once("404 by a proxy, in JSON", { kind: "html", status: 404, form: "json" }, nowhere),
  once("redirect", { kind: "status", status: 302, headers: { location: "https://example.com/" } }, nowhere),
];

const limits: FaultKind[] = [
  limited("without headers", () => ({}), { isAbsorbed: ifNotThrottled }),
  limited("with calls left", () => ({ ...usedUp(1)(), "x-ratelimit-remaining": "40" }), {
    isAbsorbed: ifNotThrottled,
  }),
  limited("with a reset in a second", usedUp(1)),
  limited("with Retry-After", () => ({ "retry-after": "1" }), { isAbsorbed: ifNotThrottled }),
  limited("with headers that make no sense", () => ({ "x-ratelimit-reset": "soon", "retry-after": "-1" }), {
    isAbsorbed: ifNotThrottled,
  }),
  limited("with a reset an hour ago", usedUp(-HOUR)),
  limited("with a reset tomorrow", usedUp(24 * HOUR), SLOW),
  skewed("by a clock an hour ahead", HOUR, HOUR),
  skewed("by a clock an hour behind", -HOUR, -HOUR),
  skewed("with a Date an hour ahead", HOUR, 0),
  skewed("with a Date an hour behind", -HOUR, 0, SLOW),
  lasting(
    "429",
    limit(() => ({ "retry-after": "0" })),
    // The back-off after a limit that is not told lasts minutes.
    { says: /Rate limit exceeded/, factor: 0.01 },
  ),
];

const REFUSED = { kind: "status", status: 401, message: "Invalid token" } as const;
const MISMATCH = {
  kind: "status",
  status: 403,
  message: "Instance token does not match requested instance",
} as const;

const rights: FaultKind[] = [
  once("401", REFUSED, hasTwoTokens),
  lasting("401", REFUSED, { says: /token/ }),
  once("403 for the token", MISMATCH, hasTwoTokens),
  {
    name: "the account's token has expired",
    // Where it is the first call.
    happensTo: ({ detail, precededBy, besides }) => !precededBy && !besides && detail !== RENEWED_TOKEN,
    isAbsorbed: hasTwoTokens,
    strike: (scene) => {
      scene.renewAccountToken();
    },
    lift: (scene) => {
      scene.configureAccountToken();
    },
    says: /ryzeapi:token|RYZEAPI_TOKEN/,
    renewsAccount: true,
  },
  {
    name: "the instance's token was changed",
    // A listing before the call would show it, which a refresh does.
    happensTo: (situation) =>
      ofInstance(situation) &&
      !["create", "adopt"].includes(situation.operation) &&
      !situation.besides &&
      situation.detail !== RENEWED_TOKEN,
    strike: ({ emulator }) => {
      emulator.patchInstance(NAME, { token: "another-token-than-the-provider-knows" });
    },
    lift: ({ emulator, secrets }) => {
      emulator.patchInstance(NAME, { token: secrets.instanceToken });
    },
    isAbsorbed: ({ operation }) => operation !== "read",
  },
];

const others: FaultKind[] = [
  {
    name: "the instance vanishes right before",
    happensTo: (situation) => ofInstance(situation) || situation.route === DELETE,
    isAbsorbed: ({ route }) => route === DELETE,
    strike: ({ front, emulator }, { route }) => {
      front.before(route, () => {
        emulator.patchInstance(NAME, { deleted: true });
      });
    },
    takesInstance: true,
  },
  {
    name: "the quota is reached right before",
    options: { quota: 1 },
    happensTo: ({ route, besides }) => route === NEW && !besides,
    strike: (scene) => {
      scene.front.before(NEW, () => scene.createByHand({ name: "somebody-elses" }));
    },
    lift: ({ emulator }) => {
      emulator.patchInstance("somebody-elses", { deleted: true });
    },
    says: /quota is used up.*Delete an instance/,
  },
  {
    name: "the name is taken right before",
    happensTo: ({ operation, route, besides }) => operation === "create" && route === NEW && !besides,
    strike: (scene) => {
      scene.front.before(NEW, () => scene.createByHand({ name: NAME }));
    },
    lift: ({ emulator }) => {
      emulator.patchInstance(NAME, { deleted: true });
    },
    says: /exists already.*adopt: true/,
    takesInstance: true,
  },
];

export const KINDS: readonly FaultKind[] = [
  ...connections,
  ...contents,
  ...statuses,
  ...limits,
  ...rights,
  ...others,
];
