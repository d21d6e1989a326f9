import { randomBytes } from "node:crypto";
import { systemClock } from "./clock.ts";

/** A UUIDv7: sorts by creation time, so that primary keys grow at the right-hand edge of their index. */
export function newId(millisecondsSinceEpoch: number = systemClock.now().getTime()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(millisecondsSinceEpoch, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text can be a key at all; anything else never reaches the database. */
export function isId(text: string): boolean {
  return uuidShape.test(text);
}
