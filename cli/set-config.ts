import { endProgress, showProgress } from "./progress.ts";
import { setSecret, type Configuration } from "./stack.ts";

/** Sets secrets of the project, by key, of which none may have another value already. */
export async function setConfiguration(
  values: ReadonlyMap<string, string>,
  present: Configuration,
  stack: string | undefined,
): Promise<void> {
  const different = [...values].filter(([key, value]) =>
    valuesNamed(key, present).some((other) => other !== value),
  );
  if (different.length > 0) throw differently(different.map(([key]) => key));
  const unset = [...values].filter(([key]) => valuesNamed(key, present).length === 0);
  try {
    // One after the other: each command writes the whole configuration.
    for (const [index, [key, value]] of unset.entries()) {
      showProgress(`Setting secrets: ${index + 1} of ${unset.length}`);
      await setSecret(key, value, stack);
    }
  } finally {
    endProgress();
  }
}

/** Whatever the project is called: a key of a name like these is hardly another package's. */
function valuesNamed(key: string, present: Configuration): (string | undefined)[] {
  return Object.entries(present).flatMap(([name, { value }]) => (name.endsWith(`:${key}`) ? [value] : []));
}

function differently(keys: readonly string[]): Error {
  return new Error(
    `the stack's configuration has another value for ${keys.join(", ")}, and nothing was written. Take it out with ` +
      "`pulumi config rm` where nothing needs it; else leave out --set-config",
  );
}
