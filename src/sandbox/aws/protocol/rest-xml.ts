import type { AwsError } from "../aws-error.ts";
import type { WireAnswer, WireRequest } from "../wire.ts";
import type { XmlValue } from "../xml.ts";
import { xmlDocument } from "../xml.ts";

/** The REST-XML protocol (S3; CloudFront and Route 53 would be next): the path and query name the call, bodies are XML. */

/** An answer without a body. */
export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  return { status, headers, body: "" };
}

/** An answer whose body is one XML document. */
export function xmlAnswer(root: string, namespace: string, value: Readonly<Record<string, XmlValue>>): WireAnswer {
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: xmlDocument(root, { "@xmlns": namespace, ...value }),
  };
}

/** A failure. The answer to HEAD has no body, so its client sees only the status, as on AWS. */
export function xmlFailure(error: AwsError, request: Pick<WireRequest, "method">, requestId: string): WireAnswer {
  if (request.method === "HEAD") return emptyAnswer(error.status);
  const body = xmlDocument("Error", {
    Code: error.code,
    Message: error.message,
    ...error.details,
    RequestId: requestId,
  });
  return { status: error.status, headers: { "content-type": "application/xml" }, body };
}
