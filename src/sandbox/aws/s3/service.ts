import { AwsError } from "../aws-error.ts";
import { requestId as secondId } from "../identifiers.ts";
import { xmlFailure } from "../protocol/rest-xml.ts";
import type { AwsService, CallContext } from "../service.ts";
import type { WireAnswer, WireRequest } from "../wire.ts";
import { accessDenied, AUTH_ERRORS, notImplemented } from "./errors.ts";
import { permissionFor } from "./permissions.ts";
import type { Level } from "./routes.ts";
import { route } from "./routes.ts";

/** Amazon S3, path style (`/bucket/key`). */
export const s3: AwsService = {
  name: "s3",
  signingName: "s3",
  anonymous: true,
  claims: () => false,
  find(request) {
    const { level, bucketName, key } = readPath(request.path);
    const found = route(request.method, level, request.query);
    if (found === undefined) throw notImplemented(`${request.method} ${request.path}?${request.rawQuery}`);
    return {
      action: found.action,
      permission: permissionFor(found.action),
      resource: level === "object" ? `${bucketName}/${key}` : bucketName,
      run: (context: CallContext) => withIds(found.operation({ ...context, bucketName, key }), context.requestId),
    };
  },
  fail: (error: AwsError, request: WireRequest, requestId: string) =>
    withIds(xmlFailure(error, request, requestId), requestId),
  authError: (problem) => AUTH_ERRORS[problem](),
  denied: accessDenied,
  throttle: () => new AwsError("SlowDown", 503, "Please reduce your request rate."),
};

function readPath(path: string): { readonly level: Level; readonly bucketName: string; readonly key: string } {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path).slice(1);
  } catch {
    throw new AwsError("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
  const slash = decoded.indexOf("/");
  const bucketName = slash < 0 ? decoded : decoded.slice(0, slash);
  const key = slash < 0 ? "" : decoded.slice(slash + 1);
  if (bucketName === "") return { level: "service", bucketName, key };
  return { level: key === "" ? "bucket" : "object", bucketName, key };
}

function withIds(answer: WireAnswer, requestId: string): WireAnswer {
  const ids = { server: "AmazonS3", "x-amz-request-id": requestId, "x-amz-id-2": secondId() };
  return { ...answer, headers: { ...ids, ...answer.headers } };
}
