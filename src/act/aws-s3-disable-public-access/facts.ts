import type { JsonObject } from "../../core/json.ts";
import type { Reading } from "./plan.ts";

/** Facts for policies and cards. What could not be read is left out: missing means unknown, never false (DESIGN 7.2). */
export function factsOf(reading: Reading): JsonObject {
  const { tags, website } = reading;
  const open = isPublic(reading);
  const environment = tags === undefined ? undefined : environmentOf(tags);
  const owner = tags?.["Owner"];
  return {
    ...(tags === undefined ? {} : { tags }),
    ...(environment === undefined ? {} : { bucket_environment: environment }),
    ...(owner === undefined ? {} : { owner }),
    ...(open === undefined ? {} : { public: open }),
    ...(website === undefined ? {} : { website }),
  };
}

/** Two tags that contradict each other say nothing; unknown counts as production (DESIGN 7.6). */
function environmentOf(tags: Readonly<Record<string, string>>): string | undefined {
  const { Environment: long, env: short } = tags;
  if (long !== undefined && short !== undefined && long !== short) return undefined;
  return long ?? short;
}

/** Whether anybody outside gets in today: a public policy or ACL that no flag of the block cancels. */
function isPublic(reading: Reading): boolean | undefined {
  const { flags, policyIsPublic, aclIsPublic } = reading;
  const byPolicy = flags?.RestrictPublicBuckets === true ? false : policyIsPublic;
  const byAcl = flags?.IgnorePublicAcls === true ? false : aclIsPublic;
  if (byPolicy === true || byAcl === true) return true;
  return byPolicy === undefined || byAcl === undefined ? undefined : false;
}

/** What stops working, in words. */
export function blastRadius(reading: Reading, changes: boolean): readonly string[] {
  if (!changes) return [];
  const open = isPublic(reading);
  if (open === false) return ["nobody outside has access to 1 bucket today; none can be given from now on"];
  return [
    `anonymous reads of 1 bucket ${open === undefined ? "stop, if there are any" : "stop"}`,
    ...(reading.policyIsPublic === false ? [] : ["access of other AWS accounts through a public policy stops"]),
    ...websiteLine(reading.website),
  ];
}

function websiteLine(website: boolean | undefined): readonly string[] {
  if (website === false) return [];
  return [website === true ? "the public website served from it stops" : "a public website, if served from it, stops"];
}
