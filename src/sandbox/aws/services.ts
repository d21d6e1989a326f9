import { iam } from "./iam/service.ts";
import { s3 } from "./s3/service.ts";
import { s3Control } from "./s3control/service.ts";
import { secretsManager } from "./secretsmanager/service.ts";
import type { AwsService } from "./service.ts";
import { parseAuthorization } from "./signature.ts";
import { sts } from "./sts/service.ts";
import type { WireRequest } from "./wire.ts";

/** The first of two services with one signing name is the one a request goes to unless the other claims it. */
const SERVICES: readonly AwsService[] = [s3, s3Control, sts, iam, secretsManager];

/** The signature's scope names the service; without one, the request's shape does; a form is STS, and all else is S3. */
export function pickService(request: WireRequest): AwsService {
  const name = parseAuthorization(request.headers["authorization"] ?? "")?.scope.service;
  const signed = SERVICES.filter((service) => service.signingName === name);
  const form = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return (
    (signed.length > 0 ? signed : SERVICES).find((service) => service.claims(request)) ??
    signed[0] ??
    (form || request.query.has("Action") ? sts : s3)
  );
}
