import type { Clock } from "../core/clock.ts";
import { flagAt, listAt, textAt, type Call } from "./clients.ts";

interface Channel {
  readonly id: string;
  readonly name: string;
  readonly isMember: boolean;
  readonly isArchived: boolean;
  /** Members of other organisations see what is posted here. */
  readonly isExternal: boolean;
}

/** Names of channels → channels, since reading back and changing messages need ids. */
export interface Channels {
  /** The channel of `#name`, `name` or an id, at most ten minutes old. @throws what the Web API throws. */
  find(nameOrId: string): Promise<Channel | undefined>;
  /** Forget what was read. */
  forget(): void;
}

const goodForMs = 600_000;
/** A name that is not there is looked up again only this often: listing is Tier 2. */
const missGoodForMs = 30_000;

export function createChannels(reading: Call, clock: Clock): Channels {
  const known = new Map<string, Channel>();
  let listedAt = Number.NEGATIVE_INFINITY;
  let listing: Promise<void> | undefined;

  const list = async () => {
    const channels = await listChannels(reading);
    known.clear();
    for (const channel of channels) known.set(channel.name, channel).set(channel.id, channel);
    listedAt = clock.monotonic();
  };
  return {
    async find(nameOrId) {
      const name = nameOrId.replace(/^#/, "");
      const age = clock.monotonic() - listedAt;
      if (age > (known.has(name) ? goodForMs : missGoodForMs))
        await (listing ??= list().finally(() => (listing = undefined)));
      return known.get(name);
    },
    forget: () => void (listedAt = Number.NEGATIVE_INFINITY),
  };
}

async function listChannels(reading: Call): Promise<readonly Channel[]> {
  const channels: Channel[] = [];
  let cursor: string | undefined;
  do {
    const answer = await reading("conversations.list", {
      types: "public_channel,private_channel",
      exclude_archived: false,
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    channels.push(...listAt(answer, "channels").map(asChannel));
    cursor = textAt(answer, "response_metadata", "next_cursor");
  } while (cursor !== undefined);
  return channels;
}

function asChannel(found: unknown): Channel {
  return {
    id: textAt(found, "id") ?? "",
    name: textAt(found, "name") ?? "",
    isMember: flagAt(found, "is_member"),
    isArchived: flagAt(found, "is_archived"),
    isExternal: flagAt(found, "is_ext_shared"),
  };
}
