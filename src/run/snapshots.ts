import type { ActionFacts } from "../core/action.ts";
import { PolicyError } from "../core/errors.ts";
import type { WorkflowDefinition } from "../core/graph.ts";
import { digest } from "../core/json.ts";
import type { Database, Transaction } from "../store/client.ts";
import { readVersion, saveVersion } from "../store/versions.ts";
import { loadDocuments, type Documents, type SourceFile } from "../workflow/documents.ts";
import type { Snapshot } from "./engine.ts";

/** The documents in force: what the files say now. */
export interface Deployed {
  readonly documents: Documents;
  /** The texts of everything that is not a workflow: a run keeps them beside its graph. */
  readonly policyFiles: readonly SourceFile[];
}

interface StoredDefinition {
  readonly workflow: WorkflowDefinition;
  readonly policyFiles: readonly SourceFile[];
}

/** How a run names what it started with: the definition and the documents that say who must agree. */
function snapshotDigest(workflow: WorkflowDefinition, documents: Documents): string {
  return digest({ workflow: workflow.digest, documents: documents.digest });
}

/** Keep a definition with the documents of its time; the same pair twice is one row. */
async function saveSnapshot(
  transaction: Transaction,
  workflow: WorkflowDefinition,
  deployed: Deployed,
): Promise<string> {
  const key = snapshotDigest(workflow, deployed.documents);
  const definition = JSON.parse(JSON.stringify({ workflow, policyFiles: deployed.policyFiles })) as never;
  await saveVersion(transaction, { digest: key, name: workflow.name, version: workflow.version, definition });
  return key;
}

/** Deployments whose every workflow is kept and committed: starting a run need not say it again. */
const kept = new WeakSet<Deployed>();

/** Keep all workflows of a deployment, outside any transaction, before runs start. */
export async function saveDeployed(database: Database, deployed: Deployed): Promise<void> {
  for (const workflow of deployed.documents.workflows) await saveSnapshot(database, workflow, deployed);
  kept.add(deployed);
}

/** The digest of what a run starts with, kept at the latest in the caller's transaction. */
export async function snapshotFor(
  transaction: Transaction,
  workflow: WorkflowDefinition,
  deployed: Deployed,
): Promise<string> {
  const known = kept.has(deployed) && deployed.documents.workflows.includes(workflow);
  return known ? snapshotDigest(workflow, deployed.documents) : saveSnapshot(transaction, workflow, deployed);
}

/** Reads snapshots once per process: they never change. */
export function createSnapshotReader(
  database: Database,
  actions: ReadonlyMap<string, ActionFacts>,
): (digest: string) => Promise<Snapshot> {
  const known = new Map<string, Promise<Snapshot>>();
  const read = async (key: string): Promise<Snapshot> => {
    const stored = await readVersion(database, key);
    if (!stored) throw new PolicyError("not_found", `no workflow version ${key.slice(0, 12)}`);
    const { workflow, policyFiles } = stored.definition as unknown as StoredDefinition;
    return { workflow, documents: loadDocuments(policyFiles, actions).documents };
  };
  return (key) => {
    const found = known.get(key) ?? read(key);
    known.set(key, found);
    // A failed read is not remembered: the database may only have been away.
    found.catch(() => known.delete(key));
    return found;
  };
}
