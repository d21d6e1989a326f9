import { coerceError, PolicyError, type ErrorCode } from "../core/errors.ts";
import { isUnknownOutcome, sqlState } from "../store/sql-state.ts";

interface Failure {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly path?: string;
  readonly hint?: string;
  readonly retryAfterSeconds?: number;
}

/** Codes that mean something to a sender; any other code is a fault of ours. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  bad_input: 400,
  unauthorised: 401,
  replayed_request: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported_media_type: 415,
  unknown_format: 422,
  tenant_mismatch: 422,
  over_capacity: 429,
  store_unavailable: 503,
};

const retryAfterSeconds = 5;

/** What a thrown thing looks like from outside. Our own bugs show nothing but that they are ours. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof PolicyError && statuses[thrown.code] !== undefined)
    return ofPolicy(thrown, statuses[thrown.code]!);
  const refused = ofFramework(thrown);
  if (refused) return refused;
  if (isStoreFault(thrown))
    return {
      status: 503,
      code: "store_unavailable",
      message: "it could not be stored right now",
      hint: "send it again; nothing was kept",
      retryAfterSeconds,
    };
  return { status: 500, code: "internal", message: "something failed on our side" };
}

function ofPolicy(error: PolicyError, status: number): Failure {
  return {
    status,
    code: error.code,
    message: error.message,
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(status === 429 || status === 503 ? { retryAfterSeconds } : {}),
  };
}

/** Fastify's own refusals: a body too long, cut short, an unreadable address. */
function ofFramework(thrown: unknown): Failure | undefined {
  const { statusCode, code } = thrown as { statusCode?: unknown; code?: unknown };
  if (typeof statusCode !== "number" || statusCode < 400 || statusCode > 499) return undefined;
  if (typeof code !== "string" || !code.startsWith("FST_")) return undefined;
  if (statusCode === 413) return { status: 413, code: "too_large", message: "the body is longer than 1 MiB" };
  if (statusCode === 415)
    return { status: 415, code: "unsupported_media_type", message: "the content type cannot be read" };
  return { status: statusCode, code: "bad_input", message: coerceError(thrown).message };
}

/** Connection, resources, shutdown, lock and serialisation classes of PostgreSQL, and Prisma's own “no connection in time”. */
function isStoreFault(thrown: unknown): boolean {
  const state = sqlState(thrown);
  if (state !== undefined) return /^(08|40|53|55|57|58)/.test(state);
  const code = (thrown as { code?: unknown } | null)?.code;
  return (typeof code === "string" && /^P(10\d\d|2024|2028|2034)$/.test(code)) || isUnknownOutcome(thrown);
}
