import type { Contender } from "./contenders.mts";
import { create, destroy, refresh, update, type Resource } from "./engine.mts";
import { declaration, names } from "./fleet.mts";
import { CASES, type Case, type Measurement } from "./measurement.mts";
import { counter, say } from "./progress.mts";
import { ProviderProcess } from "./provider-process.mts";
import type { Service } from "./service.mts";

type Progress = (done: number) => void;
/** Does what the engine does, and gives how many resources were changed. */
type Work = (provider: ProviderProcess, progress: Progress) => Promise<number>;

/** Runs every case for a fleet of one size, each in a provider process of its own, as Pulumi does. */
export async function measureFleet(
  service: Service,
  contender: Contender,
  instances: number,
): Promise<Measurement[]> {
  await service.reset();
  const fleet = names(instances);
  const declared = fleet.map((name) => declaration(name, service.chatwoot));
  const changed = fleet.map((name) => declaration(name, service.chatwoot, "/whatsapp/v2"));
  const drifted = fleet.slice(0, Math.ceil(instances / 100));
  let state: Resource[] = [];
  const measured: Measurement[] = [];

  const run = async (kind: Case, expected: number, work: Work): Promise<void> => {
    const measurement = await measure(service, contender, kind, instances, work);
    measured.push(measurement);
    if (measurement.changed !== expected) {
      throw new Error(`${CASES[kind]}: ${measurement.changed} resources changed instead of ${expected}`);
    }
  };
  const refreshing: Work = async (provider, progress) => {
    const { state: fresh, changed } = await refresh(provider, state, progress);
    state = fresh;
    return changed;
  };

  await run("create", instances, async (provider, progress) => {
    state = await create(provider, declared, progress);
    return state.length;
  });
  await run("unchanged", 0, async (provider, progress) => {
    return (await update(provider, state, declared, progress)).changed;
  });
  await service.answerListings("complete");
  await run("refresh", 0, refreshing);
  if (contender.name === "pulumi-ryzeapi") {
    await service.answerListings("summary");
    await run("refreshSummary", 0, refreshing);
    await service.answerListings("minimal");
    await run("refreshMinimal", 0, refreshing);
    await service.answerListings("complete");
  }
  for (const name of drifted) await service.drift(name);
  await run("refreshDrifted", drifted.length, refreshing);
  await run("change", instances, async (provider, progress) => {
    const { state: updated, changed: count } = await update(provider, state, changed, progress);
    state = updated;
    return count;
  });
  await run("destroy", instances, async (provider, progress) => {
    await destroy(provider, state, progress);
    return state.length;
  });
  return measured;
}

async function measure(
  service: Service,
  { name, code }: Contender,
  kind: Case,
  instances: number,
  work: Work,
): Promise<Measurement> {
  const subject = `${name}, ${instances} instances, ${CASES[kind]}`;
  const provider = await ProviderProcess.dynamic(code, service.stackConfig);
  try {
    await service.nextWindow();
    await service.clearRequests();
    const start = performance.now();
    const changed = await work(provider, counter(subject, instances));
    const seconds = (performance.now() - start) / 1_000;
    const requests = await service.requestCounts();
    const peakMiB = await provider.peakMemory();
    say(`${subject}: ${seconds.toFixed(1)} s, ${requests.account} + ${requests.instance} requests`);
    return {
      provider: name,
      case: kind,
      instances,
      requests,
      seconds: rounded(seconds),
      ...(peakMiB === undefined ? {} : { peakMiB: Math.round(peakMiB) }),
      changed,
    };
  } finally {
    await provider.stop();
  }
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}
