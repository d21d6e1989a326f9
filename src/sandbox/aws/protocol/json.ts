import { AwsError } from "../aws-error.ts";
import type { AwsService, CallContext } from "../service.ts";
import type { AuthProblem } from "../signature.ts";
import type { WireAnswer, WireRequest } from "../wire.ts";

/** The JSON protocol 1.1 (Secrets Manager; KMS, Organizations and CloudTrail would be next): `X-Amz-Target` names the call. */

export type JsonInput = Readonly<Record<string, unknown>>;
export type JsonOperation = (input: JsonInput, context: CallContext) => Readonly<Record<string, unknown>>;

interface JsonServiceDefinition {
  readonly name: string;
  /** What stands before the dot in `X-Amz-Target`. */
  readonly target: string;
  readonly operations: ReadonlyMap<string, JsonOperation>;
  /** What a call names, for the log. */
  resource(input: JsonInput): string;
}

const CONTENT_TYPE = "application/x-amz-json-1.1";

/** A service that speaks the JSON protocol. */
export function jsonService(definition: JsonServiceDefinition): AwsService {
  const { name, target, operations } = definition;
  return {
    name,
    signingName: name,
    anonymous: false,
    claims: (request) => (request.headers["x-amz-target"] ?? "").startsWith(`${target}.`),
    find(request) {
      const [prefix, action = ""] = (request.headers["x-amz-target"] ?? "").split(".");
      const operation = prefix === target ? operations.get(action) : undefined;
      if (operation === undefined) {
        throw new AwsError("UnknownOperationException", 400, `The sandbox's ${name} has no operation ${action}`);
      }
      const input = jsonInput(request);
      return {
        action,
        resource: definition.resource(input),
        run: (context) => answer(200, operation(input, context), context.requestId),
      };
    },
    fail(error, _request, requestId) {
      const body = { __type: error.code, ...error.details, Message: error.message, message: error.message };
      return answer(error.status, body, requestId, error.code);
    },
    authError: (problem) => AUTH_ERRORS[problem](),
    denied: (message) => new AwsError("AccessDeniedException", 400, message),
    throttle: () => new AwsError("ThrottlingException", 400, "Rate exceeded"),
  };
}

/** The body: one JSON object; an empty one is an empty object. */
function jsonInput(request: WireRequest): JsonInput {
  const text = request.body.toString("utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text === "" ? "{}" : text);
  } catch {
    throw new AwsError("SerializationException", 400, "The request body is not JSON");
  }
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as JsonInput;
  throw new AwsError("SerializationException", 400, "Start of structure or map found where not expected.");
}

function answer(status: number, body: JsonInput, requestId: string, errorType?: string): WireAnswer {
  const type = errorType === undefined ? {} : { "x-amzn-errortype": errorType };
  const headers = { "content-type": CONTENT_TYPE, "x-amzn-requestid": requestId, ...type };
  return { status, headers, body: JSON.stringify(body) };
}

const unrecognized = () =>
  new AwsError("UnrecognizedClientException", 400, "The security token included in the request is invalid.");
const invalidSignature = (message: string) => new AwsError("InvalidSignatureException", 400, message);
const badSignature = () =>
  invalidSignature(
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
  );

const AUTH_ERRORS: Readonly<Record<AuthProblem, () => AwsError>> = {
  missing: () => new AwsError("MissingAuthenticationTokenException", 400, "Missing Authentication Token"),
  malformed: () =>
    new AwsError("IncompleteSignatureException", 400, "The Authorization header is not a valid signature."),
  unknown_key: unrecognized,
  bad_token: unrecognized,
  expired_token: () =>
    new AwsError("ExpiredTokenException", 400, "The security token included in the request is expired"),
  clock_skew: () => invalidSignature("Signature expired: its time is too far from the server's."),
  bad_signature: badSignature,
  bad_payload_hash: badSignature,
};
