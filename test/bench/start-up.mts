import { EMPTY_CODE, OURS } from "./contenders.mts";
import { declaration } from "./fleet.mts";
import { say } from "./progress.mts";
import { ProviderProcess } from "./provider-process.mts";
import type { Service } from "./service.mts";

/** Milliseconds from the start of the process to the first answer of the provider in it; medians. */
export interface StartUp {
  readonly pairs: number;
  readonly empty: number;
  readonly provider: number;
  /** Median of the differences within a pair. */
  readonly difference: number;
  /** Between which the middle half of the differences lies: how far the median can be trusted. */
  readonly middleHalf: readonly [number, number];
  /** The native plugin's time. */
  readonly plugin: number;
  /** Median of the native plugin's time as a part of the empty provider's. */
  readonly pluginRatio: number;
}

/** Starts an empty provider, ours and the plugin in turns, so that whatever else the machine does meets all. */
export async function measureStartUp(service: Service, pairs: number): Promise<StartUp> {
  say(`start-up, ${pairs} pairs of processes`);
  const empty: number[] = [];
  const provider: number[] = [];
  const plugin: number[] = [];
  const { "ryzeapi:endpoint": endpoint, "ryzeapi:token": token } = service.stackConfig;
  const pluginConfig = { endpoint, token };
  for (let pair = 0; pair < pairs; pair += 1) {
    empty.push(await firstAnswer(service, () => ProviderProcess.dynamic(EMPTY_CODE, service.stackConfig)));
    provider.push(await firstAnswer(service, () => ProviderProcess.dynamic(OURS.code, service.stackConfig)));
    plugin.push(await firstAnswer(service, () => ProviderProcess.native(pluginConfig)));
  }
  const differences = provider.map((time, pair) => time - (empty[pair] ?? 0));
  return {
    pairs,
    empty: Math.round(median(empty)),
    provider: Math.round(median(provider)),
    difference: Math.round(median(differences)),
    middleHalf: [Math.round(quantile(differences, 0.25)), Math.round(quantile(differences, 0.75))],
    plugin: Math.round(median(plugin)),
    pluginRatio: median(plugin.map((time, pair) => time / (empty[pair] ?? NaN))),
  };
}

async function firstAnswer(service: Service, begin: () => Promise<ProviderProcess>): Promise<number> {
  const start = performance.now();
  const provider = await begin();
  await provider.check({}, declaration("first", service.chatwoot));
  const time = performance.now() - start;
  await provider.stop();
  return time;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.round((sorted.length - 1) * share)] ?? 0;
}
