import { z } from "zod";
import { ApiError } from "./endpoint.mts";

const moment = z.enum(["before", "after"]);
const count = z.number().int().min(0);
const milliseconds = z.number().min(0);

/** A regular expression, given as such or (over HTTP) as its source. */
const pattern = z.union([
  // The flags g and y would make it remember where it matched last.
  z.instanceof(RegExp).transform(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, ""))),
  z.string().transform((source, context) => {
    try {
      return new RegExp(source);
    } catch (error) {
      context.addIssue({
        code: "custom",
        message: error instanceof Error ? error.message : "no regular expression",
      });
      return z.NEVER;
    }
  }),
]);

const creation = "POST /api/instance/new";

const scope = {
  /** Template of a route, e.g. "POST /api/instance/proxy/:instance". */
  route: z.string().optional(),
  /** Regular expression on "METHOD path". Neither route nor match: every request. */
  match: pattern.optional(),
  /** Only requests about this instance: its name in the path, the create body or `instanceName`. */
  instance: z.string().optional(),
  /** Only requests about the webhook with this label; one that names none is about `default`. */
  label: z.string().optional(),
  /** How often it strikes; without it, until cleared. */
  times: count.optional(),
  /** How many matching requests pass first. */
  after: count.optional(),
};

const ruleSchema = z.discriminatedUnion("kind", [
  /** The connection is cut before anything was applied. */
  z.strictObject({ kind: z.literal("drop-before"), ...scope }),
  /** Applied, then the connection is cut. */
  z.strictObject({ kind: z.literal("drop-after"), ...scope }),
  /** Waits, before applying or before answering. */
  z.strictObject({ kind: z.literal("delay"), ms: milliseconds, when: moment.default("before"), ...scope }),
  /** Another status in the error envelope, with no rate-limit headers but those given here. */
  z.strictObject({
    kind: z.literal("status"),
    status: z.number().int().min(200).max(599),
    message: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    when: moment.default("before"),
    ...scope,
  }),
  /** The page of a proxy in front of the service: HTML, or JSON in a form of its own. */
  z.strictObject({
    kind: z.literal("html"),
    form: z.enum(["html", "json"]).default("html"),
    status: z.number().int().min(200).max(599).default(502),
    when: moment.default("before"),
    ...scope,
  }),
  /**
   * A creation is answered as a failed one, and applied as soon as so many further requests are answered and so much
   * time has passed since then. Nobody is told if it fails by then.
   */
  z.strictObject({
    kind: z.literal("land-late"),
    requests: count.default(0),
    ms: milliseconds.default(0),
    answer: z.enum(["html", "error", "drop"]).default("html"),
    status: z.number().int().min(200).max(599).default(502),
    /** Of an error. */
    message: z.string().optional(),
    ...scope,
    route: z
      .string()
      .refine((route) => route === creation, `only ${creation} can land late`)
      .default(creation),
  }),
  /** Applied; half of the JSON. `reset` announces the full length and cuts the connection instead. */
  z.strictObject({
    kind: z.literal("cut-json"),
    ending: z.enum(["content-length", "chunked", "reset"]).default("content-length"),
    ...scope,
  }),
  /** Applied; every leaf of the JSON has another type. */
  z.strictObject({ kind: z.literal("wrong-types"), ...scope }),
  /** Applied; the value at this JSON Pointer is another one, or gone if none is given. "-" is behind an array's end. */
  z.strictObject({
    kind: z.literal("edit-json"),
    path: z.string().startsWith("/"),
    value: z.json().optional(),
    ...scope,
  }),
  /** Applied; the second half of the body comes after a wait. */
  z.strictObject({ kind: z.literal("slow-body"), ms: milliseconds, ...scope }),
  /** Applied; this text as the body. */
  z.strictObject({ kind: z.literal("raw-body"), text: z.string(), ...scope }),
  /** The block is refused: loudly at its own endpoint, by the rules of inline blocks at creation. */
  z.strictObject({
    kind: z.literal("reject-block"),
    block: z.enum(["proxy", "webhook", "websocket", "chatwoot", "settings", "s3"]),
    message: z.string(),
    status: z.number().int().min(400).max(599).default(400),
    /** Only webhooks whose URL matches. */
    url: pattern.optional(),
    instance: scope.instance,
    times: scope.times,
    after: scope.after,
  }),
]);

export type FaultRule = z.input<typeof ruleSchema>;
export type Fault = z.output<typeof ruleSchema>;
export type LandLate = Extract<Fault, { kind: "land-late" }>;
type RejectBlock = Extract<Fault, { kind: "reject-block" }>;
export type RequestFault = Exclude<Fault, RejectBlock>;

/** The faults that replace or break the answer; several delays may precede one of these. */
export type AnswerFault = Exclude<RequestFault, { kind: "delay" }>;

export interface FaultTarget {
  method: string;
  path: string;
  route: string;
  instance: string | undefined;
  label: string | undefined;
}

/** What one request has to suffer, before it is applied and after. */
export interface FaultPlan {
  delayBefore: number;
  delayAfter: number;
  before: AnswerFault | undefined;
  after: AnswerFault | undefined;
}

/** What a reject-block rule ordered. */
export class BlockRefusal extends ApiError {}

interface Order {
  fault: Fault;
  seen: number;
}

export class Faults {
  #orders: Order[] = [];

  add(rule: FaultRule): void {
    const parsed = ruleSchema.safeParse(rule);
    if (!parsed.success) throw new Error(`This is no fault rule:\n${z.prettifyError(parsed.error)}`);
    this.#orders.push({ fault: parsed.data, seen: 0 });
  }

  clear(): void {
    this.#orders = [];
  }

  /** Delays add up; of the other faults that are due, the one ordered first strikes. */
  plan(target: FaultTarget): FaultPlan {
    const plan: FaultPlan = { delayBefore: 0, delayAfter: 0, before: undefined, after: undefined };
    for (const order of this.#orders) {
      const { fault } = order;
      if (fault.kind === "reject-block" || !concerns(fault, target)) continue;
      if (fault.kind !== "delay" && (plan.before ?? plan.after)) continue;
      if (!isDue(order)) continue;
      if (fault.kind === "delay") plan[fault.when === "before" ? "delayBefore" : "delayAfter"] += fault.ms;
      else plan[strikesBefore(fault) ? "before" : "after"] = fault;
    }
    return plan;
  }

  /** Throws what a reject-block rule orders for this block. */
  checkBlock(block: RejectBlock["block"], instance: string, url?: string): void {
    for (const order of this.#orders) {
      const { fault } = order;
      if (fault.kind !== "reject-block" || fault.block !== block) continue;
      if (fault.instance !== undefined && fault.instance !== instance) continue;
      if (fault.url && !fault.url.test(url ?? "")) continue;
      if (isDue(order)) throw new BlockRefusal(fault.status, fault.message);
    }
  }
}

function concerns(fault: RequestFault, target: FaultTarget): boolean {
  if (fault.route !== undefined && fault.route !== target.route) return false;
  if (fault.match && !fault.match.test(`${target.method} ${target.path}`)) return false;
  if (fault.label !== undefined && fault.label !== target.label) return false;
  return fault.instance === undefined || fault.instance === target.instance;
}

function isDue(order: Order): boolean {
  order.seen += 1;
  const after = order.fault.after ?? 0;
  return order.seen > after && order.seen <= after + (order.fault.times ?? Infinity);
}

function strikesBefore(fault: AnswerFault): boolean {
  if (fault.kind === "drop-before" || fault.kind === "land-late") return true;
  return "when" in fault && fault.when === "before";
}
