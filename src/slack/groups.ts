import type { Clock } from "../core/clock.ts";
import { listAt, textAt, type Call } from "./clients.ts";

/** User groups by handle, at most 60 s old: they are who may decide. */
export interface Groups {
  /** Nothing when no group has that handle. @throws when Slack cannot answer. */
  find(
    handle: string,
  ): Promise<{ readonly id: string; readonly userIds: readonly string[]; readonly name: string } | undefined>;
  forget(): void;
}

const goodForMs = 60_000;

interface Aged<T> {
  readonly at: number;
  readonly value: Promise<T>;
}

export function createGroups(reading: Call, clock: Clock): Groups {
  const held: { list?: Aged<ReadonlyMap<string, string>> } = {};
  const members = new Map<string, Aged<readonly string[]>>();
  const fresh = <T>(aged: Aged<T> | undefined): aged is Aged<T> =>
    aged !== undefined && clock.monotonic() - aged.at < goodForMs;

  const list = (): Promise<ReadonlyMap<string, string>> => {
    if (fresh(held.list)) return held.list.value;
    const entry = { at: clock.monotonic(), value: listGroups(reading) };
    held.list = entry;
    entry.value.catch(() => {
      if (held.list === entry) delete held.list;
    });
    return entry.value;
  };
  const membersOf = (id: string): Promise<readonly string[]> => {
    const known = members.get(id);
    if (fresh(known)) return known.value;
    const value = reading("usergroups.users.list", { usergroup: id }).then((answer) => listAt(answer, "users").filter((user) => typeof user === "string")); // prettier-ignore
    const entry = { at: clock.monotonic(), value };
    members.set(id, entry);
    value.catch(() => {
      if (members.get(id) === entry) members.delete(id);
    });
    return value;
  };
  return {
    async find(handle) {
      const name = handle.replace(/^@/, "").toLowerCase();
      const id = (await list()).get(name);
      return id === undefined ? undefined : { id, name, userIds: await membersOf(id) };
    },
    forget() {
      delete held.list;
      members.clear();
    },
  };
}

async function listGroups(reading: Call): Promise<ReadonlyMap<string, string>> {
  const answer = await reading("usergroups.list");
  return new Map(
    listAt(answer, "usergroups").map((group) => [
      (textAt(group, "handle") ?? "").toLowerCase(),
      textAt(group, "id") ?? "",
    ]),
  );
}
