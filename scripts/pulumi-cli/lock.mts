import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs `work` while no other process runs work for the same directory. The lock is SQLite's on an empty database: the
 * operating system lets go of it when a process dies, so there is no stale lock to find and remove.
 */
export async function exclusively<T>(
  directory: string,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, "lock"));
  try {
    for (let waits = 0; !tryLock(database); waits++) {
      if (waits === 0) onWait();
      await delay(300);
    }
    return await work();
  } finally {
    database.close();
  }
}

const sqliteBusy = 5;

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === sqliteBusy) return false;
    throw error;
  }
}
