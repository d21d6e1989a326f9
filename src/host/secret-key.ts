import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PolicyError } from "../core/errors.ts";

/** A random text kept in a file (0600), made at the first call. */
export async function keptSecret(folder: string, name: string, make: () => string): Promise<string> {
  const file = join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Exclusive creation: of two starts at once one makes it and both read it.
  await writeFile(file, make(), { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST")
      throw new PolicyError("data_folder_broken", `${file} cannot be written: ${error.message}`, { cause: error });
  });
  const text = (await readFile(file, "utf8")).trim();
  if (text === "")
    throw new PolicyError("data_folder_broken", `${file} is empty`, { hint: "remove it and start again" });
  return text;
}

/** The 32 bytes that sign receipts and checkpoints; on the embedded default they are made and kept beside the data. */
export async function secretKey(configured: Buffer | undefined, dataFolder: string): Promise<Buffer> {
  if (configured) return configured;
  const kept = Buffer.from(
    await keptSecret(dataFolder, "secret.key", () => randomBytes(32).toString("base64")),
    "base64",
  );
  if (kept.length !== 32)
    throw new PolicyError(
      "data_folder_broken",
      `${join(dataFolder, "secret.key")} is damaged: it must hold 32 bytes as base64`,
    );
  return kept;
}
