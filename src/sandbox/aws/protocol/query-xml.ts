import { AwsError } from "../aws-error.ts";
import type { AwsService, CallContext } from "../service.ts";
import type { AuthProblem } from "../signature.ts";
import type { WireAnswer, WireRequest } from "../wire.ts";
import type { XmlValue } from "../xml.ts";
import { xmlDocument } from "../xml.ts";

/** The query protocol (STS, IAM): a form whose `Action` names the call; the answer is XML. */
export type QueryOperation = (input: URLSearchParams, context: CallContext) => Readonly<Record<string, XmlValue>>;

interface QueryServiceDefinition {
  readonly name: string;
  readonly version: string;
  readonly namespace: string;
  readonly operations: ReadonlyMap<string, QueryOperation>;
  /** What a call names, for the log. */
  resource(input: URLSearchParams): string;
}

/** A service that speaks the query protocol. */
export function queryService(definition: QueryServiceDefinition): AwsService {
  const { name, namespace, operations } = definition;
  return {
    name,
    signingName: name,
    anonymous: false,
    claims: (request) =>
      (isForm(request) || request.query.has("Action")) && queryInput(request).get("Version") === definition.version,
    find(request) {
      const input = queryInput(request);
      const action = input.get("Action") ?? "";
      const operation = operations.get(action);
      if (operation === undefined) {
        const version = input.get("Version") ?? definition.version;
        throw new AwsError("InvalidAction", 400, `Could not find operation ${action} for version ${version}`);
      }
      return {
        action,
        resource: definition.resource(input),
        run: (context) => succeed(action, namespace, operation(input, context), context.requestId),
      };
    },
    fail(error, _request, requestId) {
      const fault = { Type: error.status < 500 ? "Sender" : "Receiver", Code: error.code, Message: error.message };
      return answer(error.status, "ErrorResponse", namespace, { Error: fault, RequestId: requestId });
    },
    authError: (problem) => AUTH_ERRORS[problem](),
    denied: (message) => new AwsError("AccessDenied", 403, message),
    throttle: () => new AwsError("Throttling", 400, "Rate exceeded"),
  };
}

function isForm(request: WireRequest): boolean {
  return (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
}

/** Parameters come as a form body, or in the query of a GET. */
function queryInput(request: WireRequest): URLSearchParams {
  return request.method === "POST" ? new URLSearchParams(request.body.toString("utf8")) : request.query;
}

function succeed(
  action: string,
  namespace: string,
  result: Readonly<Record<string, XmlValue>>,
  requestId: string,
): WireAnswer {
  return answer(200, `${action}Response`, namespace, {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: requestId },
  });
}

function answer(
  status: number,
  root: string,
  namespace: string,
  value: Readonly<Record<string, XmlValue>>,
): WireAnswer {
  const body = xmlDocument(root, { "@xmlns": namespace, ...value });
  return { status, headers: { "content-type": "text/xml" }, body };
}

const invalidToken = () =>
  new AwsError("InvalidClientTokenId", 403, "The security token included in the request is invalid.");
const badSignature = () =>
  new AwsError(
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
  );

const AUTH_ERRORS: Readonly<Record<AuthProblem, () => AwsError>> = {
  missing: () => new AwsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
  malformed: () => new AwsError("IncompleteSignature", 400, "The Authorization header is not a valid signature."),
  unknown_key: invalidToken,
  bad_token: invalidToken,
  expired_token: () => new AwsError("ExpiredToken", 403, "The security token included in the request is expired"),
  clock_skew: () =>
    new AwsError("SignatureDoesNotMatch", 403, "Signature expired: its time is too far from the server's."),
  bad_signature: badSignature,
  bad_payload_hash: badSignature,
};
