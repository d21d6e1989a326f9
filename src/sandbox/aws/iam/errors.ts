import { AwsError } from "../aws-error.ts";

/** The errors of IAM by their wire codes; the SDK adds `Exception` to the names it knows. */

export const noSuchEntity = (message: string): AwsError => new AwsError("NoSuchEntity", 404, message);
export const alreadyExists = (what: string): AwsError =>
  new AwsError("EntityAlreadyExists", 409, `${what} already exists.`);
export const limitExceeded = (message: string): AwsError => new AwsError("LimitExceeded", 409, message);
export const deleteConflict = (message: string): AwsError => new AwsError("DeleteConflict", 409, message);
export const validationError = (message: string): AwsError => new AwsError("ValidationError", 400, message);
