import { isEmpty } from "./chosen.ts";
import { elementLimits } from "./limits.ts";
import { Refused } from "./refused.ts";
import type { Block, JsonObject } from "./types.ts";

/** The client's own checks of one field before a modal is sent; throws Refused with what the client would say. */
export function checkEntry(block: Block, element: JsonObject, entry: JsonObject): void {
  const field = `${block.block_id ?? ""}/${String(element["action_id"])}`;
  if (isEmpty(entry)) {
    if (block["optional"] !== true) throw new Refused(`${field}: please complete this required field`);
    return;
  }
  const text = entry["value"];
  if (typeof text !== "string") return;
  const { min_length: min = 0, max_length: max = elementLimits.inputLength } = element;
  if (typeof min === "number" && text.length < min) throw new Refused(`${field}: at least ${min} characters`);
  if (typeof max === "number" && text.length > max) throw new Refused(`${field}: at most ${max} characters`);
  const type = String(element["type"]);
  if (type === "email_text_input" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text))
    throw new Refused(`${field}: not an e-mail address`);
  if (type === "url_text_input" && !URL.canParse(text)) throw new Refused(`${field}: not an address`);
  if (type === "number_input") checkNumber(field, element, text);
}

function checkNumber(field: string, element: JsonObject, text: string): void {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new Refused(`${field}: not a number`);
  if (element["is_decimal_allowed"] !== true && !Number.isInteger(value))
    throw new Refused(`${field}: whole numbers only`);
  const { min_value: min, max_value: max } = element;
  if (typeof min === "string" && value < Number(min)) throw new Refused(`${field}: at least ${min}`);
  if (typeof max === "string" && value > Number(max)) throw new Refused(`${field}: at most ${max}`);
}
