import type { JsonObject } from "../core/json.ts";
import type { Settings, Weekday } from "../workflow/settings.ts";

/**
 * What an instant means in the settings' zone (DESIGN 7.10): `now` (ISO 8601), `time` (`09:30`), `weekday` (`MON`),
 * `business_hours`, `current_week` (ISO week number).
 * @param now the instant, ISO 8601; pure, so the caller's clock decides.
 */
export function timeFacts(now: string, settings: Settings): JsonObject {
  const instant = new Date(now);
  if (Number.isNaN(instant.getTime())) return {};
  const parts = new Map(
    formatOf(settings.zone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  const time = `${part("hour")}:${part("minute")}`;
  const weekday = part("weekday").toUpperCase() as Weekday;
  const { from, to, days } = settings.businessHours;
  return {
    now: instant.toISOString(),
    time,
    weekday,
    business_hours: days.includes(weekday) && time >= from && time <= to,
    current_week: isoWeek(Number(part("year")), Number(part("month")), Number(part("day"))),
  };
}

/** One formatter a zone: making one takes a millisecond, and every step of every run asks for the time. */
const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  formats.set(timeZone, made);
  return made;
}

/** ISO 8601: week 1 is the one with the year's first Thursday. */
function isoWeek(year: number, month: number, day: number): number {
  const thursday = new Date(Date.UTC(year, month - 1, day));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const yearStart = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - yearStart) / 86_400_000 + 1) / 7);
}
