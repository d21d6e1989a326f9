import { defineAction } from "../define-action.ts";
import { execute, rollback, validate, verify } from "./effects.ts";
import { params, type Params } from "./params.ts";
import { plan } from "./plan.ts";

/**
 * Security Hub S3.2, S3.3 and S3.8 (seed policy `s3-no-public-access`): sets the bucket's four Block Public Access flags.
 * Medium impact: it breaks what is public on purpose, and is put back in seconds.
 */
export const action = defineAction<Params>({
  name: "aws_s3_disable_public_access",
  description: "Blocks public access to an S3 bucket",
  type: "permission_reduction",
  priority: "high",
  impact: "MEDIUM",
  changesSomething: true,
  params,
  estimatedDuration: 3_000,
  plan,
  validate,
  execute,
  verify,
  rollback,
});
