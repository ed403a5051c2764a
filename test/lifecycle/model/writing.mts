import type { Configuration } from "../../../provider/lifecycle/configuration.ts";
import { isObject, omit } from "../../../provider/values.ts";
import { LIVE_TOKEN, type AccountName, type Accounts } from "./accounts.mts";
import type { Written } from "./engine.mts";
import { CHATWOOT_URL, type Program } from "./program.mts";

/** The resource that the program is about. */
export const RESOURCE = "instance";

/** What the owner of the stack has written so far. */
export class Writing {
  readonly #accounts: Accounts;
  readonly #chatwootUrl: string;
  program: Program = { name: "orion" };
  isRemoved = false;
  /** Whether a second resource declares the same. */
  isTwin = false;
  configuration: Configuration;

  constructor(accounts: Accounts, chatwootUrl: string, endpoint: string) {
    this.#accounts = accounts;
    this.#chatwootUrl = chatwootUrl;
    this.configuration = { endpoint, token: accounts.token("A") };
  }

  declare(argument: string, value: unknown, ownToken: string | undefined): void {
    const others = omit(this.program, [argument]);
    const resolved = value === undefined ? {} : { [argument]: this.resolved(value, ownToken) };
    this.program = { ...others, ...resolved } as Program;
    this.isRemoved = false;
  }

  configure(key: string, value: string, ownToken: string | undefined): void {
    this.configuration = { ...this.configuration, [key]: this.resolved(value, ownToken) };
  }

  /** Everything but what is declared of the instance itself. */
  putBack(home: AccountName): void {
    this.declare("account", undefined, undefined);
    this.configure("token", LIVE_TOKEN[home], undefined);
    this.configure("protectPaired", "false", undefined);
    this.isTwin = false;
  }

  get written(): Written {
    const names = this.isRemoved ? [] : [RESOURCE, ...(this.isTwin ? ["twin"] : [])];
    return {
      resources: new Map(names.map((name) => [name, this.program])),
      configuration: this.configuration,
    };
  }

  /** The token that the instance would be created with. */
  get accountToken(): string | undefined {
    const { account } = this.program;
    return (
      (isObject(account) ? (account["token"] as string | undefined) : undefined) ?? this.configuration.token
    );
  }

  /** The value with what is known only when a sequence runs: the tokens, and the address of the Chatwoot. */
  resolved<T>(value: T, ownToken?: string): T {
    const text = JSON.stringify(value).replaceAll(CHATWOOT_URL, this.#chatwootUrl);
    return JSON.parse(this.#accounts.resolved(text, ownToken)) as T;
  }
}
