import { isId } from "../../../core/identifiers.ts";
import type { RunView } from "../../../core/run.ts";
import type { Desk } from "../../desk.ts";

const lookedThrough = 200;

/** A run of this tenant by its id, or by the end of it that a card shows; else why there is none. */
export async function findRun(desk: Desk, id: string | undefined): Promise<RunView | { readonly refused: string }> {
  const wanted = id?.toLowerCase() ?? "";
  if (wanted === "") return { refused: "Which run? /policycortex history lists the last ones." };
  if (isId(wanted)) {
    const run = await desk.operations.run(wanted);
    if (run && run.tenantId === desk.tenantId) return run;
  } else if (/^[0-9a-f]{6,12}$/.test(wanted)) {
    const recent = await desk.operations.runs({ tenantId: desk.tenantId, limit: lookedThrough });
    const [run, second] = recent.filter((one) => one.id.endsWith(wanted));
    if (run && !second) return run;
  }
  return { refused: `There is no run ${wanted}. /policycortex history lists the last ones.` };
}
