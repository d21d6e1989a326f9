import type { FastifyInstance, FastifyRequest } from "fastify";
import { approvalStates } from "../../core/approval.ts";
import { PolicyError } from "../../core/errors.ts";
import { isId } from "../../core/identifiers.ts";
import { runStates } from "../../core/run.ts";
import { approvalJson, runJson, runWithApprovalsJson } from "../json-views.ts";
import { queryLimit, queryValue, queryWord, readerOf } from "../request.ts";
import type { ServerParts } from "../server.ts";

/** The read side: only what belongs to the credential's tenant; anything else does not exist (reliability L10). */
export function readRoutes(server: FastifyInstance, parts: ServerParts): void {
  const { operations } = parts;
  server.get("/api/v1/runs", async (request) => {
    const { tenantId } = await readerOf(request, parts);
    const state = queryWord(request, "state", runStates);
    const workflow = queryValue(request, "workflow");
    const filter = { tenantId, limit: queryLimit(request), ...(state && { state }), ...(workflow && { workflow }) };
    return { runs: own(await operations.runs(filter), tenantId).map(runJson) };
  });
  server.get("/api/v1/runs/:id", async (request) => {
    const { tenantId } = await readerOf(request, parts);
    const found = await operations.run(idOf(request, "run"));
    if (found?.run.tenantId !== tenantId) throw missing("run");
    return runWithApprovalsJson(found.run, found.approvals);
  });
  server.get("/api/v1/approvals", async (request) => {
    const { tenantId } = await readerOf(request, parts);
    const state = queryWord(request, "state", approvalStates);
    const runId = queryValue(request, "run");
    if (runId !== undefined && !isId(runId)) throw new PolicyError("bad_input", "run is not an id", { path: "run" });
    const filter = { tenantId, limit: queryLimit(request), ...(state && { state }), ...(runId && { runId }) };
    return { approvals: own(await operations.approvals(filter), tenantId).map(approvalJson) };
  });
  server.get("/api/v1/approvals/:id", async (request) => {
    const { tenantId } = await readerOf(request, parts);
    const found = await operations.approval(idOf(request, "approval"));
    if (found?.tenantId !== tenantId) throw missing("approval");
    return approvalJson(found);
  });
}

/** A second fence: a filter forgotten behind the port must not show a neighbour's data. */
function own<T extends { readonly tenantId: string }>(views: readonly T[], tenantId: string): readonly T[] {
  return views.filter((view) => view.tenantId === tenantId);
}

function idOf(request: FastifyRequest, what: string): string {
  const { id } = request.params as { readonly id: string };
  if (!isId(id)) throw missing(what);
  return id;
}

function missing(what: string): PolicyError {
  return new PolicyError("not_found", `there is no such ${what}`);
}
