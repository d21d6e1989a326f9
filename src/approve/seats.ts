/** A role of a stage with the people who hold it right now. */
export interface SeatRole {
  readonly role: string;
  /** Person ids. Ignored while the directory is unreachable: an unknown answer never counts as anybody (A5). */
  readonly people: readonly string[];
  readonly reachable: boolean;
  /** Bound by `from:` (`resource_owner`): fills at most one seat, never the only one at high impact. */
  readonly from?: boolean;
  /** Added by an escalation: may stand in for any seat, adds none (A17). */
  readonly escalated?: boolean;
}

export interface StageSeats {
  /** How many distinct people must approve; a whole number from 1. */
  readonly required: number;
  readonly seats: readonly SeatRole[];
  /** Impact HIGH or above, or unknown. */
  readonly highImpact?: boolean;
}

/** One place a person's vote fills: the roles that may fill it, its own first. */
export interface Seat {
  readonly roles: readonly SeatRole[];
}

export interface SeatNote {
  readonly role: string;
  readonly note: string;
}

/**
 * The seats of a stage (DESIGN 7.7). If the count is at least the number of roles, each role has one seat and the rest are
 * open to any of them; otherwise every seat is open to any of them. Nobody holds two seats, the requester none.
 */
export function seatsOf(
  stage: StageSeats,
  requesterId?: string,
): { readonly seats: readonly Seat[]; readonly notes: readonly SeatNote[] } {
  if (!Number.isInteger(stage.required) || stage.required < 1) return { seats: [], notes: [] };
  const roles = stage.seats.map((role) => withoutRequester(role, requesterId));
  const alone = stage.highImpact === true && stage.required === 1;
  const added = roles.filter((role) => role.escalated && !(role.from && alone));
  const bound = roles.filter((role) => !role.escalated);
  const plain = bound.filter((role) => !role.from);
  const open: Seat = { roles: [...plain, ...added] };
  const notes = bound.flatMap((role) => ownerNote(role, alone));
  const closed = new Set(notes.map((note) => note.role));
  const usable = (role: SeatRole) => !role.from || !closed.has(role.role);

  const seats: Seat[] =
    stage.required >= bound.length
      ? bound.map((role) => (usable(role) ? { roles: [role, ...added] } : open))
      : [{ roles: [...bound.filter((role) => role.from && usable(role)), ...open.roles] }];
  while (seats.length < stage.required) seats.push(open);
  return { seats, notes };
}

function withoutRequester(role: SeatRole, requesterId: string | undefined): SeatRole {
  return { ...role, people: role.reachable ? role.people.filter((person) => person !== requesterId) : [] };
}

/** Why the owner's seat is open to the other roles, if it is. Unreachable is not "nobody": then it stays his. */
function ownerNote(role: SeatRole, alone: boolean): readonly SeatNote[] {
  if (!role.from || !role.reachable) return [];
  const opened = "their seat is open to the other approvers";
  if (role.people.length === 0)
    return [{ role: role.role, note: `nobody was found, or they made the request: ${opened}` }];
  if (alone) return [{ role: role.role, note: `at this impact they may not decide alone: ${opened}` }];
  return [];
}
