import type { QueryOperation } from "../protocol/query-xml.ts";
import { queryService } from "../protocol/query-xml.ts";
import { signedCaller } from "../protocol/signed-caller.ts";
import { assumeRole } from "./assume-role.ts";

const getCallerIdentity: QueryOperation = (_input, context) => {
  const caller = signedCaller(context);
  return { Arn: caller.arn, UserId: caller.userId, Account: caller.account.id };
};

/** AWS Security Token Service. */
export const sts = queryService({
  name: "sts",
  version: "2011-06-15",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  operations: new Map([
    ["GetCallerIdentity", getCallerIdentity],
    ["AssumeRole", assumeRole],
  ]),
  resource: (input) => input.get("RoleArn") ?? "",
});
