import { expect, test } from "@jest/globals";
import { useOffice } from "./office.ts";

const office = useOffice();
const members = (role: object, owner?: string) => office.slack.directory.members("default", { role: "r", ...role }, owner === undefined ? {} : { owner }); // prettier-ignore
const names = (found: Awaited<ReturnType<typeof members>>) => (found.status === "known" ? found.people.map((person) => person.slackUserId).sort() : found); // prettier-ignore

test("a group's members are asked of Slack, and its id is known for mentions", async () => {
  const found = await members({ slackGroup: "@security" });
  expect(found).toMatchObject({ status: "known", slackGroupId: "S0SECURITY" });
  expect(names(found)).toEqual(["U0ANALYST", "U0MANAGER", "U0SENIOR"]);
});

test("A3: deactivated people, guests, bots and strangers are no members", async () => {
  office.sandbox.driver.editUser("U0ANALYST", { deleted: true });
  office.sandbox.driver.editUser("U0SENIOR", { is_restricted: true });
  office.sandbox.driver.editGroup("security", ["U0ANALYST", "U0SENIOR", "U0MANAGER", "U0BOT", "U0NOBODY"]);
  expect(names(await members({ slackGroup: "@security" }))).toEqual(["U0MANAGER"]);
});

test("A5: an unknown group, a refused call and a limit are unreachable, never nobody", async () => {
  expect(await members({ slackGroup: "@nowhere" })).toMatchObject({ status: "unreachable" });
  office.sandbox.driver.setFault({ method: "usergroups.users.list", kind: "429", value: 30, times: 5 });
  expect(await members({ slackGroup: "@security" })).toMatchObject({ status: "unreachable" });
  office.sandbox.driver.clearFaults();
  expect(await members({ slackGroup: "@security" })).toMatchObject({ status: "known" });
  office.slack = office.another();
  office.sandbox.driver.setScopes(["chat:write"]);
  expect(await members({ slackGroup: "@security" })).toMatchObject({ status: "unreachable" });
});

test("an empty group is known to be empty", async () => {
  office.sandbox.driver.editGroup("security", []);
  expect(await members({ slackGroup: "@security" })).toMatchObject({ status: "known", people: [] });
});

test("ids, addresses and the trusted owner are people; unknown ones are not", async () => {
  expect(names(await members({ slackUsers: ["U0CISO", "U0NOBODY"] }))).toEqual(["U0CISO"]);
  expect(names(await members({ emails: ["theo@example.com", "who@example.com"] }))).toEqual(["U0CTO"]);
  expect(names(await members({ from: "resource.tags.Owner" }, "olga@example.com"))).toEqual(["U0OWNER"]);
  expect(names(await members({ from: "resource.tags.Owner" }))).toEqual([]);
});

test("A1: two accounts with one verified address are one person", async () => {
  office.sandbox.driver.editUser("U0CTO", { email: "cleo@example.com" });
  const found = await members({ slackUsers: ["U0CISO", "U0CTO"] });
  expect(found.status === "known" && found.people).toHaveLength(1);
});

test("answers are kept for at most a minute; a live look is always live", async () => {
  const found = await members({ slackUsers: ["U0CISO"] });
  const calls = () => office.sandbox.driver.apiLog().filter((call) => call.method === "users.info").length;
  const before = calls();
  await members({ slackUsers: ["U0CISO"] });
  expect(calls()).toBe(before);
  const [person] = found.status === "known" ? found.people : [];
  expect(await office.slack.directory.isActive(person!)).toBe(true);
  office.sandbox.driver.editUser("U0CISO", { deleted: true });
  expect(await office.slack.directory.isActive(person!)).toBe(false);
  expect(await office.slack.directory.isActive({ id: "x", tenantId: "default", displayName: "nobody" })).toBe(false);
});

test("check: says what is missing and what to do, and nothing when all is well", async () => {
  expect(await office.slack.check({ groups: ["@security"] })).toEqual({ ok: true, problems: [] });
  office.sandbox.driver.removeBot("C0ALERTS");
  office.sandbox.driver.editGroup("ciso", []);
  const { ok, problems } = await office.slack.check({ groups: ["@nowhere", "@ciso"], channels: ["#missing"] });
  expect(ok).toBe(false);
  expect(problems.join("\n")).toMatch(/not in #security-alerts.*\n.*#missing does not exist.*\n.*@nowhere does not exist.*\n.*@ciso is empty/); // prettier-ignore
  office.sandbox.driver.setScopes(["chat:write", "channels:read", "groups:read"]);
  expect((await office.slack.check()).problems.join("\n")).toContain("scope channels:history is missing");
  office.sandbox.driver.revokeToken();
  expect((await office.slack.check()).problems).toEqual([expect.stringContaining("SLACK_BOT_TOKEN")]);
});

test("start: learns who it is; a Slack that is away does not stop the product", async () => {
  await office.slack.start();
  office.sandbox.driver.revokeToken();
  await office.another().start();
  expect(office.logged.some((line) => line.level === "error")).toBe(true);
});
