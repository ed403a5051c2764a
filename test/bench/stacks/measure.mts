import { OURS } from "../contenders.mts";
import { create, destroy, refresh, update, type Resource } from "../engine.mts";
import { declaration, names } from "../fleet.mts";
import { LIMITS } from "../measurement.mts";
import { counter, say } from "../progress.mts";
import { ProviderProcess } from "../provider-process.mts";
import type { RequestCounts, Service } from "../service.mts";

/** Longer than the other parts' windows: the work of eight processes on few cores is not shortened. */
export const STACKS_WINDOW_SECONDS = 6;

/** What every stack of an account does, all of them at once. */
export const SIDE_BY_SIDE = {
  create: "create",
  refresh: "refresh",
  change: "one field changed",
  destroy: "destroy",
} as const;

export type SideBySide = keyof typeof SIDE_BY_SIDE;

export interface StackMeasurement {
  readonly case: SideBySide;
  readonly stacks: number;
  /** Of all stacks together. */
  readonly requests: RequestCounts;
  /** When each stack was done, from the first question to any provider on. */
  readonly seconds: readonly number[];
}

export interface Stacks {
  /** Of each stack. */
  readonly instances: number;
  readonly measurements: readonly StackMeasurement[];
}

/** One stack of the account: each of its commands has a provider process of its own, as under the engine. */
interface Stack {
  readonly names: readonly string[];
  state: Resource[];
}

type Work = (stack: Stack, provider: ProviderProcess, progress: (done: number) => void) => Promise<number>;

/** So many stacks of one account, begun at the same moment. */
export async function measureStacks(
  service: Service,
  amount: { readonly stacks: number; readonly instances: number },
): Promise<StackMeasurement[]> {
  await service.reset();
  const stacks: Stack[] = Array.from({ length: amount.stacks }, (_, index) => ({
    names: names(amount.instances).map((name) => `stack-${index + 1}-${name}`),
    state: [],
  }));
  const declared = (stack: Stack, path?: string) =>
    stack.names.map((name) => declaration(name, service.chatwoot, path));

  const works: Record<SideBySide, Work> = {
    create: async (stack, provider, progress) => {
      stack.state = await create(provider, declared(stack), progress);
      return stack.state.length;
    },
    refresh: async (stack, provider, progress) => {
      const { state, changed } = await refresh(provider, stack.state, progress);
      stack.state = state;
      return changed;
    },
    change: async (stack, provider, progress) => {
      const { state, changed } = await update(
        provider,
        stack.state,
        declared(stack, "/whatsapp/v2"),
        progress,
      );
      stack.state = state;
      return changed;
    },
    destroy: async (stack, provider, progress) => {
      await destroy(provider, stack.state, progress);
      return stack.state.length;
    },
  };

  const measured: StackMeasurement[] = [];
  for (const kind of Object.keys(works) as SideBySide[])
    measured.push(await measure(service, stacks, kind, works[kind], amount.instances));
  return measured;
}

async function measure(
  service: Service,
  stacks: readonly Stack[],
  kind: SideBySide,
  work: Work,
  instances: number,
): Promise<StackMeasurement> {
  const subject = `${stacks.length} stacks of ${instances}, ${SIDE_BY_SIDE[kind]}`;
  const providers: ProviderProcess[] = [];
  try {
    while (providers.length < stacks.length)
      providers.push(await ProviderProcess.dynamic(OURS.code, service.stackConfig));
    await service.nextWindow();
    await service.clearRequests();
    const start = performance.now();
    const seconds = await Promise.all(
      stacks.map(async (stack, index) => {
        const provider = providers[index];
        if (provider === undefined) throw new Error(`stack ${index + 1} has no provider`);
        const changed = await work(stack, provider, counter(`${subject}: stack ${index + 1}`, instances));
        const expected = kind === "refresh" ? 0 : instances;
        if (changed !== expected)
          throw new Error(`${subject}: ${changed} resources changed instead of ${expected}`);
        return Math.round(performance.now() - start) / 1_000;
      }),
    );
    const requests = await service.requestCounts();
    say(
      `${subject}: ${Math.max(...seconds).toFixed(1)} s, ${requests.account} + ${requests.instance} requests`,
    );
    return { case: kind, stacks: stacks.length, requests, seconds };
  } finally {
    for (const provider of providers) await provider.stop();
  }
}

/** The least time that the limits allow all stacks together: they begin with a window. */
export function commonFloorSeconds({ case: kind, stacks }: StackMeasurement, instances: number): number {
  if (kind === "refresh" || kind === "change") return 0;
  const limit = kind === "create" ? LIMITS.creates : LIMITS.calls;
  return (Math.ceil((stacks * instances) / limit) - 1) * STACKS_WINDOW_SECONDS;
}

/** The part of all requests that was answered with 429. */
export function refusedPart({ requests: { account, instance, limited } }: StackMeasurement): number {
  return limited / Math.max(1, account + instance);
}

/** How much longer than the mean the last stack took. */
export function lateness({ seconds }: StackMeasurement): number {
  return Math.max(...seconds) / (seconds.reduce((sum, each) => sum + each, 0) / seconds.length);
}
