import type { InstanceLifecycle } from "../../provider/lifecycle/instance.ts";
import type { Values } from "../../provider/values.ts";
import type { Emulator, EmulatorOptions } from "../emulator/emulator.mts";
import { everyBlock } from "../support/instance.mts";
import { lifecycleFor } from "../support/lifecycle.mts";
import type { Markers } from "../support/secrets.mts";
import { serviceFor } from "../support/service.mts";
import { Engine } from "./engine.mts";
import { Front } from "./front.mts";

export type Declared = Values & { readonly name: string };

export const NAME = "orion";

/** RyzeAPI, Chatwoot, and one resource with every field of every block, for one case. */
export class Scene {
  readonly engine = new Engine();
  readonly emulator: Emulator;
  readonly front: Front;
  readonly secrets: Markers;
  /** What the program declares in the end. */
  declared: Declared;
  /** The account's token that the provider is configured with. */
  configuredToken: string;
  readonly #close: () => Promise<void>;

  static async start(options: EmulatorOptions): Promise<Scene> {
    const closing: (() => Promise<void>)[] = [];
    const { emulator, secrets, chatwootUrl } = await serviceFor(
      { limits: false, windowSeconds: 1, ...options },
      (close) => void closing.push(close),
    );
    const front = await Front.start(emulator.url);
    const close = async () => {
      front.close();
      await Promise.all(closing.map((each) => each()));
    };
    return new Scene(emulator, front, secrets, everyBlock(secrets, chatwootUrl), close);
  }

  private constructor(
    emulator: Emulator,
    front: Front,
    secrets: Markers,
    blocks: Values,
    close: () => Promise<void>,
  ) {
    this.emulator = emulator;
    this.front = front;
    this.secrets = secrets;
    this.declared = { name: NAME, ...blocks };
    this.configuredToken = emulator.accountToken;
    this.#close = close;
  }

  /** As the provider process of a new command has it; `factor` shortens its timeouts and back-offs. */
  process(factor: number): InstanceLifecycle {
    return lifecycleFor({ url: this.front.url, accountToken: this.configuredToken }, factor);
  }

  /** Somebody pairs a phone with the instance, which is from then on worth more than its configuration. */
  pair(): void {
    this.emulator.patchInstance(NAME, { state: "connected", numberJid: "5511999999999@s.whatsapp.net" });
  }

  /** Somebody renews the account's token at RyzeAPI. */
  renewAccountToken(): void {
    this.emulator.renewAccountToken(this.emulator.accountToken, `${this.emulator.accountToken}2`);
  }

  /** The one that is valid. */
  configureAccountToken(): void {
    this.configuredToken = this.emulator.accountToken;
  }

  /** Another client of the account creates an instance. */
  async createByHand(body: Values): Promise<void> {
    const answer = await fetch(`${this.emulator.url}/api/instance/new`, {
      method: "POST",
      headers: { token: this.emulator.accountToken },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  close(): Promise<void> {
    return this.#close();
  }
}
