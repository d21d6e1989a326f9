import { isJsonObject, type JsonObject } from "../core/json.ts";
import type { NormaliseResult } from "./normalise.ts";

interface KnownFormat {
  readonly format: string;
  /** As in “… is known, and no workflow reads it”. */
  readonly name: string;
  readonly matches: (json: JsonObject) => boolean;
}

const texts = (json: JsonObject, ...names: readonly string[]) => names.every((name) => typeof json[name] === "string");

/** Shapes we can name and do not read: telling the sender what it is beats a bare “unknown”. */
const formats: readonly KnownFormat[] = [
  {
    format: "cloudevents",
    name: "a CloudEvent",
    matches: (json) => texts(json, "specversion", "type", "source", "id"),
  },
  {
    format: "ocsf",
    name: "an OCSF finding",
    matches: (json) => typeof json["class_uid"] === "number" && isJsonObject(json["metadata"]),
  },
  {
    format: "guardduty",
    name: "a bare GuardDuty finding",
    matches: (json) =>
      (texts(json, "Arn", "Type", "AccountId") && isJsonObject(json["Service"])) ||
      (texts(json, "arn", "type", "accountId") && isJsonObject(json["service"])),
  },
  {
    format: "cloudtrail",
    name: "a CloudTrail event",
    matches: (json) => texts(json, "eventVersion", "eventSource", "eventName"),
  },
  {
    format: "config.rule",
    name: "the invocation of a Config rule",
    matches: (json) => texts(json, "invokingEvent", "configRuleName"),
  },
  {
    format: "cloudwatch.alarm",
    name: "a CloudWatch alarm",
    matches: (json) => texts(json, "AlarmName", "NewStateValue"),
  },
  { format: "sns", name: "an SNS message", matches: (json) => texts(json, "Type", "MessageId", "TopicArn") },
  {
    format: "lambda.records",
    name: "a batch of Lambda records",
    matches: (json) =>
      Array.isArray(json["Records"]) && json["Records"].length > 0 && json["Records"].every(isJsonObject),
  },
];

export function knownFormat(json: JsonObject): NormaliseResult | undefined {
  const known = formats.find(({ matches }) => matches(json));
  return known && { ignored: `${known.name} is known, and no workflow reads it`, format: known.format };
}
