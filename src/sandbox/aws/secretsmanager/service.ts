import { jsonService } from "../protocol/json.ts";
import { createSecret, deleteSecret, describeSecret, listSecrets, restoreSecret } from "./secret-operations.ts";
import { getSecretValue, putSecretValue, updateSecretVersionStage } from "./value-operations.ts";

/** AWS Secrets Manager. */
export const secretsManager = jsonService({
  name: "secretsmanager",
  target: "secretsmanager",
  operations: new Map([
    ["CreateSecret", createSecret],
    ["DeleteSecret", deleteSecret],
    ["DescribeSecret", describeSecret],
    ["GetSecretValue", getSecretValue],
    ["ListSecrets", listSecrets],
    ["PutSecretValue", putSecretValue],
    ["RestoreSecret", restoreSecret],
    ["UpdateSecretVersionStage", updateSecretVersionStage],
  ]),
  resource: (input) => {
    const named = input["SecretId"] ?? input["Name"];
    return typeof named === "string" ? named : "";
  },
});
