import { isObject, type Values } from "../../provider/values.ts";

/** One question to the service, and what came back, as it came. */
export interface Exchange {
  /** Such as `GET /api/instance/getProxy/:instance`. */
  readonly call: string;
  readonly sentWith: TokenKind;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the answer is no JSON. */
  readonly body: unknown;
}

/** Limits are counted per token. */
export type TokenKind = "account" | "instance" | "unknown" | "none";

export const CREATE = "POST /api/instance/new";
export const LIST = "GET /api/instance/list";

/** A refusal has a status of its own, or is a 200 that says so. */
export function isRefused({ status, body }: Exchange): boolean {
  return status >= 400 || (isObject(body) && body["success"] === false);
}

/** A refusal whose status is hidden behind a 200. */
export function isDisguised(exchange: Exchange): boolean {
  return exchange.status < 400 && isRefused(exchange);
}

/** A 429 with calls left is none of the limit's but WhatsApp's; of a creation no page says which limit is told. */
export function isOverLimit(exchange: Exchange): boolean {
  const { remaining = 0 } = limitTold(exchange) ?? {};
  return exchange.status === 429 && (remaining === 0 || exchange.call === CREATE);
}

/** The service's own words. */
export function wordsOf({ body }: Exchange): string | undefined {
  if (!isObject(body)) return undefined;
  const { error, message } = body;
  const nested = isObject(error) ? error["message"] : error;
  return [nested, message].find((text): text is string => typeof text === "string");
}

/** The value at a path of the answer; undefined where there is none. */
export function valueAt({ body }: Exchange, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body);
}

export function recordAt(exchange: Exchange, ...path: readonly string[]): Values | undefined {
  const value = valueAt(exchange, ...path);
  return isObject(value) ? value : undefined;
}

/** The items of a list answer. */
export function itemsOf(exchange: Exchange): readonly Values[] {
  const instances = valueAt(exchange, "instances");
  return Array.isArray(instances) ? instances.filter(isObject) : [];
}

export function itemNamed(exchange: Exchange | undefined, name: string): Values | undefined {
  return exchange && itemsOf(exchange).find((item) => item["name"] === name);
}

/** What the answer says of the limit of the token that it was asked with. */
export interface LimitTold {
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds, by the service's clock. */
  readonly reset: number;
}

export function limitTold({ headers }: Exchange): LimitTold | undefined {
  const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
    Number(headers[`x-ratelimit-${name}`] ?? Number.NaN),
  );
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  if (![limit, remaining, reset].every((number) => Number.isFinite(number) && number >= 0)) return undefined;
  return { limit, remaining, reset };
}

/** Whether an answer of /health says whose it is. */
export function isRyzeApi(health: Exchange): boolean {
  return valueAt(health, "service") === "RyzeAPI";
}

/** Milliseconds that the service's clock is ahead of ours, by an answer of /health that came at the given time. */
export function clockDifference(health: Exchange, at: number): number | undefined {
  const timestamp = valueAt(health, "timestamp");
  const told = Date.parse(typeof timestamp === "string" ? timestamp : (health.headers["date"] ?? ""));
  return Number.isNaN(told) ? undefined : told - at;
}
