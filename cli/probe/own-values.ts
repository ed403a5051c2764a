import { randomBytes } from "node:crypto";

/** What every name of the probe begins with. Nothing that has another name is ever deleted. */
export const PREFIX = "ryze-probe-";

/** `.invalid` is reserved: no address under it exists, so nothing is ever delivered there. */
const NOWHERE = "ryze-probe.invalid";

/** One of the numbers that are reserved for fiction: no phone has it. */
export const NUMBER_OF_NOBODY = "12025550123";

/** Everything that one run of the probe sends of its own: new each time, and nobody else's. */
export interface OwnValues {
  readonly run: string;
  readonly names: {
    readonly main: string;
    readonly bare: string;
    /** Upper case, a letter in two characters, and a blank at the end. */
    readonly odd: string;
    readonly spare: string;
    readonly sameToken: string;
    /** Never created. */
    readonly none: readonly [string, string];
    readonly inbox: string;
    readonly secondInbox: string;
  };
  readonly token: string;
  readonly authorization: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly proxyPassword: string;
  /** With capitals in the host, and no slash at the end. */
  readonly webhookUrl: string;
  readonly nowhere: string;
}

export function ownValues(): OwnValues {
  const run = randomBytes(5).toString("hex");
  const named = (end: string) => `${PREFIX}${run}-${end}`;
  const secret = () => randomBytes(18).toString("hex");
  return {
    run,
    names: {
      main: named("Main"),
      bare: named("Bare"),
      odd: named("Nam\u0065\u0301 "),
      spare: named("Spare"),
      sameToken: named("Same-Token"),
      none: [named("none"), named("none-either")],
      inbox: named("inbox"),
      secondInbox: named("second-inbox"),
    },
    token: secret(),
    authorization: `Bearer ${secret()}`,
    accessKey: `RYZEPROBE${randomBytes(6).toString("hex").toUpperCase()}`,
    secretKey: secret(),
    proxyPassword: secret(),
    webhookUrl: "https://Ryze-Probe.invalid/hook",
    nowhere: NOWHERE,
  };
}

/** The names that a service may make of one: none but these is taken for it. */
export function formsOf(name: string): readonly string[] {
  let forms: readonly string[] = [name];
  for (const change of CHANGES) forms = [...new Set([...forms, ...forms.map(change)])];
  return forms;
}

const CHANGES: readonly ((name: string) => string)[] = [
  (name) => name.toLowerCase(),
  (name) => name.trim(),
  (name) => name.normalize("NFC"),
];
