import { AsyncLocalStorage } from "node:async_hooks";

/** The URN of the resource that is being worked on, for what is said on the way. */
const currentUrn = new AsyncLocalStorage<string>();

export function onBehalfOf<T>(urn: string, work: () => Promise<T>): Promise<T> {
  return currentUrn.run(urn, work);
}

/** Empty where the work concerns no resource. */
export function urnAtWork(): string {
  return currentUrn.getStore() ?? "";
}
