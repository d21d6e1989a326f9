import { secretKey, uniqueId } from "../identifiers.ts";
import type { AccessKey, Group, Role, User } from "./model.ts";

/** A user as CreateUser makes one. */
export function newUser(name: string, now: Date, path = "/"): User {
  return { ...identity(name, "AIDA", now, path), boundary: null, tags: [], loginProfile: null };
}

/** A group as CreateGroup makes one. */
export function newGroup(name: string, now: Date, path = "/"): Group {
  return { ...identity(name, "AGPA", now, path), members: [] };
}

/** A role as CreateRole makes one. */
export function newRole(name: string, trustPolicy: string, now: Date, path = "/"): Role {
  return {
    ...identity(name, "AROA", now, path),
    boundary: null,
    tags: [],
    description: "",
    maxSessionSeconds: 3600,
    trustPolicy,
  };
}

/** An active key of that user. */
export function newKey(user: string, now: Date): AccessKey {
  return {
    accessKeyId: uniqueId("AKIASANDBOX", 20),
    secretAccessKey: secretKey(),
    user,
    createdAt: now.toISOString(),
    status: "Active",
  };
}

function identity(name: string, prefix: string, now: Date, path: string) {
  const id = uniqueId(prefix, 21);
  return { name, id, path, createdAt: now.toISOString(), inline: [], attached: [] };
}
