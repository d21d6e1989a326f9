import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import type { Directory } from "../core/ports.ts";
import type { Store } from "../store/client.ts";
import { createChannels } from "./channels.ts";
import { findProblems, type Expected } from "./check.ts";
import { createClients } from "./clients.ts";
import { createDirectory } from "./directory.ts";
import { createGroups } from "./groups.ts";
import { createPeople, type Known } from "./people.ts";
import { createSelf } from "./self.ts";

/** The people side of Slack alone, for the command line: who somebody is and who holds a role, without listeners. */
export interface Colleagues {
  readonly directory: Directory;
  /** By Slack user id or e-mail; nothing when Slack knows nobody by it. @throws when Slack cannot be asked. */
  find(idOrEmail: string): Promise<Known | undefined>;
}

interface Place {
  readonly botToken: string;
  readonly apiUrl?: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The same directory as the server's, over the same Slack. */
export function createColleagues(
  deps: Place & { readonly tenantId: string; readonly store: Pick<Store, "interactive"> },
): Colleagues {
  const { reading } = createClients(deps, deps.log);
  const self = createSelf(reading);
  const groups = createGroups(reading, deps.clock);
  const people = createPeople({ ...deps, reading, self: self.get });
  return {
    directory: createDirectory({ people, groups, log: deps.log }),
    find: (idOrEmail) => (idOrEmail.includes("@") ? people.byEmail(idOrEmail) : people.byId(idOrEmail)),
  };
}

/** What stands in the way of the bot's work in Slack, one line each. Needs no database: nobody is looked up. */
export async function checkWorkspace(place: Place, expected: Expected): Promise<readonly string[]> {
  const { reading } = createClients(place, place.log);
  const self = createSelf(reading).get;
  const channels = createChannels(reading, place.clock);
  return findProblems({ self, channels, groups: createGroups(reading, place.clock) }, expected);
}
