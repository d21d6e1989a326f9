import { card, element, field, longText, section } from "./dom.js";

/** One account: buckets, users with their keys, roles, secrets. */

export function accountView(account) {
  const title = `${account.name} · ${account.id}`;
  const made = element("section", { className: "account" }, element("h2", { text: title }));
  const sessions = account.sessions === 1 ? "1 open session" : `${account.sessions} open sessions`;
  made.append(
    element("dl", {}, ...flagRows("Account block", account.publicAccessBlock, ""), ...field("Roles in use", sessions)),
    section(
      "Buckets",
      account.buckets.map((bucket) => bucketCard(account, bucket)),
    ),
    section("Users and keys", account.users.map(userCard)),
    section("Roles", account.roles.map(roleCard)),
    section("Secrets", account.secrets.map(secretCard)),
  );
  return made;
}

function flagRows(label, block, whenNone) {
  const names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
  if (block === null) return field(label, "not set", whenNone);
  return names.flatMap((name) => field(name, block[name] ? "on" : "off", block[name] ? "good" : "bad"));
}

function grantText(account, { grantee, permission }) {
  const holder = grantee.id === account.canonicalId ? "the owner" : (grantee.uri ?? grantee.id).split("/").pop();
  return `${permission} to ${holder}`;
}

function bucketCard(account, bucket) {
  const badge = bucket.public ? `Public by ${bucket.reasons.join(" and ")}` : "Not public";
  const tags = bucket.tags.map((tag) => `${tag.Key}=${tag.Value}`).join("\n");
  return card(
    bucket.name,
    badge,
    bucket.public,
    element("p", { className: "soft", text: bucket.region }),
    element("dl", {}, ...flagRows("Public access block", bucket.publicAccessBlock, "bad")),
    element(
      "dl",
      {},
      ...field("ACL", bucket.acl.map((grant) => grantText(account, grant)).join(", ")),
      ...field("Ownership", bucket.ownership ?? "not set"),
      ...field("Tags", tags || "none"),
      ...field("Objects", bucket.objects.join(", ") || "none"),
    ),
    element("p", { className: "soft", text: bucket.policy === null ? "No bucket policy" : "Bucket policy" }),
    ...(bucket.policy === null ? [] : [longText(bucket.policy, `Policy of ${bucket.name}`)]),
  );
}

function permissionRows({ attached, inline, boundary }) {
  const names = attached.map((arn) => arn.split("/").pop());
  return [
    ...field("Attached", names.join(", ") || "none", names.includes("AdministratorAccess") ? "bad" : ""),
    ...field("Inline", inline.join(", ") || "none"),
    ...field("Boundary", boundary ?? "none"),
  ];
}

function day(iso) {
  return iso.slice(0, 10);
}

function keyText({ accessKeyId, status, createdAt, usedAt }) {
  const use = usedAt === null ? "not used yet" : `used ${usedAt.replace("T", " ")}`;
  return `${accessKeyId} ${status}\nmade ${day(createdAt)}, ${use}`;
}

function userCard(user) {
  const active = user.keys.filter(({ status }) => status === "Active").length;
  const badge = active === 1 ? "1 active key" : `${active} active keys`;
  return card(
    user.name,
    badge,
    false,
    element(
      "dl",
      {},
      ...field("Console", user.console ? "can sign in" : "no sign-in"),
      ...field("Groups", user.groups.join(", ") || "none"),
      ...permissionRows(user),
      ...field("Keys", user.keys.map(keyText).join("\n") || "none"),
    ),
  );
}

function roleCard(role) {
  let trust = role.trustPolicy;
  try {
    trust = JSON.stringify(JSON.parse(role.trustPolicy), null, 2);
  } catch {
    // Shown as it is.
  }
  const rows = element("dl", {}, ...permissionRows(role));
  return card(role.name, "", false, rows, longText(trust, `Trust policy of ${role.name}`));
}

function secretCard(secret) {
  const versions = Object.entries(secret.versions).flatMap(([id, stages]) => field(stages.join(", "), id));
  const badge = secret.endsAt === null ? "In use" : `Ends ${day(secret.endsAt)}`;
  return card(secret.name, badge, secret.endsAt !== null, element("dl", {}, ...versions));
}
