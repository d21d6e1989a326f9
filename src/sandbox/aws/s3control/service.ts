import { AwsError } from "../aws-error.ts";
import { emptyAnswer, xmlAnswer } from "../protocol/rest-xml.ts";
import { AUTH_ERRORS, accessDenied, malformedXml } from "../s3/errors.ts";
import { readBlock } from "../s3/public-access-operations.ts";
import type { Account } from "../model.ts";
import type { AwsService, CallContext } from "../service.ts";
import type { WireAnswer, WireRequest } from "../wire.ts";
import { parseXml } from "../xml-read.ts";
import { xmlDocument } from "../xml.ts";

const NAMESPACE = "http://awss3control.amazonaws.com/doc/2018-08-20/";
const PATH = "/v20180820/configuration/publicAccessBlock";
const ROOT = "PublicAccessBlockConfiguration";

type Operation = (account: Account, request: WireRequest) => WireAnswer;

const OPERATIONS: ReadonlyMap<string, readonly [action: string, permission: string, operation: Operation]> = new Map([
  ["GET", ["GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock", getBlock]],
  ["PUT", ["PutPublicAccessBlock", "s3:PutAccountPublicAccessBlock", putBlock]],
  ["DELETE", ["DeletePublicAccessBlock", "s3:PutAccountPublicAccessBlock", deleteBlock]],
] satisfies [string, [string, string, Operation]][]);

/** Amazon S3 Control: the public access block of a whole account. Its calls are signed as S3's. */
export const s3Control: AwsService = {
  name: "s3control",
  signingName: "s3",
  anonymous: false,
  // A bucket could be named like the path's first part; its calls do not name an account.
  claims: (request) => request.path.startsWith("/v20180820/") && request.headers["x-amz-account-id"] !== undefined,
  find(request) {
    const found = request.path === PATH ? OPERATIONS.get(request.method) : undefined;
    if (found === undefined) {
      throw new AwsError("NotImplemented", 501, `The sandbox's s3control has no ${request.method} ${request.path}`);
    }
    const [action, permission, operation] = found;
    const resource = request.headers["x-amz-account-id"] ?? "";
    const run = (context: CallContext) => withId(operation(ownAccount(context, resource), request), context.requestId);
    return { action, permission, resource, run };
  },
  fail(error, _request, requestId) {
    const fault = { Code: error.code, Message: error.message, ...error.details };
    const body = xmlDocument("ErrorResponse", { "@xmlns": NAMESPACE, Error: fault, RequestId: requestId });
    return withId({ status: error.status, headers: { "content-type": "application/xml" }, body }, requestId);
  },
  authError: (problem) => AUTH_ERRORS[problem](),
  denied: accessDenied,
  throttle: () => new AwsError("SlowDown", 503, "Please reduce your request rate."),
};

function ownAccount({ caller }: CallContext, id: string): Account {
  if (caller?.account.id !== id) throw accessDenied();
  return caller.account;
}

function getBlock(account: Account): WireAnswer {
  if (account.publicAccessBlock !== null) return xmlAnswer(ROOT, NAMESPACE, { ...account.publicAccessBlock });
  const message = "The public access block configuration was not found";
  throw new AwsError("NoSuchPublicAccessBlockConfiguration", 404, message, { AccountId: account.id });
}

/** PutPublicAccessBlock replaces all four flags. */
function putBlock(account: Account, request: WireRequest): WireAnswer {
  const body = parseXml(request.body.toString("utf8"));
  if (body?.name !== ROOT) throw malformedXml();
  account.publicAccessBlock = readBlock(body);
  return emptyAnswer(201);
}

function deleteBlock(account: Account): WireAnswer {
  account.publicAccessBlock = null;
  return emptyAnswer(204);
}

function withId(answer: WireAnswer, requestId: string): WireAnswer {
  return { ...answer, headers: { "x-amz-request-id": requestId, ...answer.headers } };
}
