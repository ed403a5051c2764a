import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The long files of every project first, so that no worker is left alone with one; and the projects side by side, since
 * faults wait while all else computes. Unit tests share what they have loaded as long as nothing comes in between: last.
 */
export class SideBySide extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const places = new Map<TestSpecification, number>();
    for (const project of Map.groupBy(await super.sort(files), (file) => file.project.name).values())
      for (const [index, file] of project.entries())
        places.set(file, file.project.config.isolate ? index / project.length : 1);
    const place = (file: TestSpecification) => places.get(file) ?? 1;
    return [...places.keys()].sort((a, b) => place(a) - place(b));
  }
}
