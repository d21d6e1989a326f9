import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { PolicyError } from "../core/errors.ts";
import type { SourceFile } from "../workflow/documents.ts";

/**
 * Every YAML file of the workflows folders, sorted, with paths as a person would type them. Samples and schemas are not
 * deployed: they are found by name only.
 * @throws PolicyError `bad_config` for a folder that cannot be read.
 */
export async function readDocumentFolders(folders: readonly string[]): Promise<readonly SourceFile[]> {
  const files: SourceFile[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
      throw new PolicyError("bad_config", `POLICYCORTEX_WORKFLOWS: the folder ${folder} cannot be read`, { cause });
    });
    const names = entries.filter(
      (entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !/\.test\.ya?ml$/.test(entry.name),
    );
    for (const { name } of names.sort((a, b) => a.name.localeCompare(b.name))) {
      const path = join(folder, name);
      files.push({ file: relative(process.cwd(), path) || path, text: await readFile(path, "utf8") });
    }
  }
  return files;
}

/** Whether a text is a workflow: its first key at the left margin says so (DESIGN 7). */
export function isWorkflowFile(source: SourceFile): boolean {
  return /^workflow:/m.test(source.text);
}
