import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { actionFacts, loadCatalogue } from "../act/catalogue.ts";
import type { ActionDefinition } from "../core/action.ts";
import { PolicyError } from "../core/errors.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import { readDocumentFolders } from "../host/documents-folder.ts";
import {
  findWorkflow,
  loadDocuments,
  suggest,
  type Documents,
  type Problem,
  type SourceFile,
} from "../workflow/documents.ts";

export interface Loaded {
  readonly files: readonly SourceFile[];
  readonly documents: Documents;
  readonly problems: readonly Problem[];
  readonly catalogue: ReadonlyMap<string, ActionDefinition>;
}

/** Read documents against the installed actions. */
export async function load(files: readonly SourceFile[]): Promise<Loaded> {
  const catalogue = await loadCatalogue();
  return { files, catalogue, ...loadDocuments(files, actionFacts(catalogue)) };
}

/**
 * Documents named one by one: files as they are, folders with every YAML file in them.
 * @throws PolicyError `bad_input` for a path that is not there.
 */
export async function readPaths(paths: readonly string[]): Promise<readonly SourceFile[]> {
  const read = await Promise.all(
    paths.map(async (path) =>
      (await isFolder(path)) ? readDocumentFolders([path]) : [await readSource(path, "a document")],
    ),
  );
  // A file named beside its folder is one file.
  return [...new Map(read.flat().map((source) => [resolve(source.file), source])).values()];
}

/** A file under the name its reader gave it. @throws PolicyError `bad_input` when it cannot be read. */
export async function readSource(path: string, what: string): Promise<SourceFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new PolicyError("bad_input", `${path}: ${what} cannot be read: ${whyNot(cause as NodeJS.ErrnoException)}`, {
      cause,
    });
  });
  return { file: path, text };
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function whyNot({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  return code === "EACCES" ? "permission denied" : message;
}

/** @throws PolicyError `not_found` with the nearest name. */
export function workflowCalled(documents: Documents, name: string): WorkflowDefinition {
  const found = findWorkflow(documents, name);
  if (found !== undefined) return found;
  const near = suggest(name, documents.workflows.flatMap((workflow) => [workflow.name, workflow.stem])); // prettier-ignore
  throw new PolicyError("not_found", `there is no workflow ${name}${name.includes("/") ? ", and no such file" : ""}`, {
    hint: near === undefined ? "policycortex workflow list shows them" : `did you mean ${near}?`,
  });
}
