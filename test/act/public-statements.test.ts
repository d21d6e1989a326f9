import { expect, test } from "@jest/globals";
import { samePolicy, withoutPublicStatements } from "../../src/act/aws-s3-disable-public-access/public-statements.ts";
import { hasCode } from "../../src/core/errors.ts";

const allow = (principal: unknown, extra: object = {}) => ({
  Effect: "Allow",
  Principal: principal,
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::b/*",
  ...extra,
});
const removedOf = (...statements: object[]) =>
  withoutPublicStatements(JSON.stringify({ Version: "2012-10-17", Statement: statements })).removed;

test.each([
  ["everybody", allow("*")],
  ["every AWS account", allow({ AWS: "*" })],
  ["everybody among others", allow({ AWS: ["arn:aws:iam::123456789012:root", "*"] })],
  ["a negated condition", allow("*", { Condition: { StringNotEquals: { "aws:SourceVpc": "vpc-1" } } })],
  ["a condition on something else", allow("*", { Condition: { Bool: { "aws:SecureTransport": "true" } } })],
  ["a wildcard in the pin", allow("*", { Condition: { StringLike: { "aws:SourceArn": "arn:aws:s3:*" } } })],
  ["a variable in the pin", allow("*", { Condition: { StringEquals: { "aws:SourceVpc": "${aws:SourceVpc}" } } })],
  ["half the internet", allow("*", { Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/1" } } })],
  ["one open range of two", allow("*", { Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"] } } })],
  ["everybody but one", { Effect: "Allow", NotPrincipal: { AWS: "123456789012" }, Action: "s3:*", Resource: "*" }],
])("public: %s", (_title, statement) => {
  expect(removedOf(statement)).toBe(1);
});

test.each([
  ["an account", allow({ AWS: "123456789012" })],
  ["a service", allow({ Service: "logging.s3.amazonaws.com" })],
  ["a deny for everybody", { ...allow("*"), Effect: "Deny" }],
  ["an organisation", allow("*", { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } })],
  ["a network", allow("*", { Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } })],
  ["an address", allow("*", { Condition: { IpAddress: { "aws:SourceIp": "203.0.113.7" } } })],
])("not public: %s", (_title, statement) => {
  expect(removedOf(statement)).toBe(0);
});

test("nothing to remove leaves the text as it is, spaces included", () => {
  const text = `{ "Version":"2012-10-17",\n "Statement": ${JSON.stringify(allow({ AWS: "123456789012" }))} }`;
  expect(withoutPublicStatements(text)).toEqual({ text, removed: 0 });
});

test("other statements and other keys of the document stay", () => {
  const keep = { ...allow("*"), Effect: "Deny", Sid: "keep" };
  const { text } = withoutPublicStatements(JSON.stringify({ Id: "x", Statement: [allow("*"), keep] }));
  expect(JSON.parse(text ?? "")).toEqual({ Id: "x", Statement: [keep] });
  expect(withoutPublicStatements(JSON.stringify({ Statement: allow("*") })).text).toBeNull();
});

test("what is not a policy is refused", () => {
  for (const text of ["", "[]", "{}", "not json"]) {
    let thrown: unknown;
    try {
      withoutPublicStatements(text);
    } catch (error) {
      thrown = error;
    }
    expect(hasCode(thrown, "plan_unreadable")).toBe(true);
  }
});

test("white space and key order make no other policy", () => {
  expect(samePolicy('{"a":1,"b":[2]}', '{ "b":[2], "a":1 }')).toBe(true);
  expect(samePolicy('{"a":1}', '{"a":2}')).toBe(false);
  expect(samePolicy(null, "{}")).toBe(false);
  expect(samePolicy("broken", "broken ")).toBe(false);
});
