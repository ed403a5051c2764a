import { availableParallelism } from "node:os";

import type { Values } from "./fleet.mts";
import type { ProviderProcess } from "./provider-process.mts";

/** How many resources the engine works on at once, unless `--parallel` says otherwise. */
export const PARALLEL = 4 * availableParallelism();

/** One resource as the state has it. */
export interface Resource {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** Told after every resource. */
type Progress = (done: number) => void;

/** `pulumi up` of resources that are new. */
export function create(
  provider: ProviderProcess,
  declared: readonly Values[],
  progress: Progress,
): Promise<Resource[]> {
  return inParallel(declared, progress, async (news) => {
    const inputs = await provider.check({}, news);
    return { inputs, ...(await provider.create(inputs)) };
  });
}

/** `pulumi up` of resources that exist; gives the new state and how many of them were updated. */
export async function update(
  provider: ProviderProcess,
  state: readonly Resource[],
  declared: readonly Values[],
  progress: Progress,
): Promise<{ state: Resource[]; changed: number }> {
  let changed = 0;
  const updated = await inParallel(state, progress, async (resource, index) => {
    const { id, outputs } = resource;
    const inputs = await provider.check(resource.inputs, declared[index] ?? {});
    if (!(await provider.diff(id, outputs, inputs))) return resource;
    changed += 1;
    return { id, inputs, outputs: await provider.update(id, outputs, inputs) };
  });
  return { state: updated, changed };
}

/** `pulumi refresh`; gives the new state and in how many resources drift was found. */
export async function refresh(
  provider: ProviderProcess,
  state: readonly Resource[],
  progress: Progress,
): Promise<{ state: Resource[]; changed: number }> {
  let changed = 0;
  const refreshed = await inParallel(state, progress, async ({ id, inputs, outputs }) => {
    const fresh = await provider.read(id, inputs, outputs);
    // The engine compares what is there with what was declared last.
    if (await provider.diff(id, fresh.outputs, inputs)) changed += 1;
    return { id, ...fresh };
  });
  return { state: refreshed, changed };
}

/** `pulumi destroy`. */
export async function destroy(
  provider: ProviderProcess,
  state: readonly Resource[],
  progress: Progress,
): Promise<void> {
  await inParallel(state, progress, ({ id, outputs }) => provider.delete(id, outputs));
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  progress: Progress,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as Item, index);
      done += 1;
      progress(done);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return results;
}
