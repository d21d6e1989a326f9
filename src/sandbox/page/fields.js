import { choices, chosenIn, menu } from "./controls.js";
import { h } from "./dom.js";

/** Input blocks of modals: labelled fields with their limits, and reading what was entered. */

const inputTypes = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

let fieldNumber = 0;

/** A field; `context.typed` holds what was entered before the view changed, by `block_id` and `action_id`. */
export function field(block, context, textNode) {
  const { element } = block;
  const id = `field-${(fieldNumber += 1)}`;
  const typed = context.typed?.[block.block_id]?.[element.action_id];
  const input = entry(element, block, typed, textNode);
  const needed = block.optional !== true;
  if (!input.classList.contains("choices")) {
    input.id = id;
    input.required = needed;
  }
  input.dataset.blockId = block.block_id;
  input.dataset.actionId = element.action_id;
  input.classList.add("entry");
  input.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
  return h(
    "div",
    { class: "field-block", data: { fieldFor: block.block_id } },
    h("label", { for: id }, textNode(block.label), !needed && h("span", { class: "optional" }, " (optional)")),
    input,
    block.hint && h("p", { class: "hint", id: `${id}-hint` }, textNode(block.hint)),
    h("p", { class: "field-error", id: `${id}-error`, role: "alert" }),
  );
}

function entry(element, block, typed, textNode) {
  if (["checkboxes", "radio_buttons"].includes(element.type)) return choices(element, block, textNode);
  const type = inputTypes[element.type];
  if (!type) return menu(element, element.placeholder?.text ?? "Choose", typed ?? "");
  const props = {
    placeholder: element.placeholder?.text,
    minlength: element.min_length,
    maxlength: element.max_length ?? (type === "text" ? 3000 : undefined),
    autofocus: element.focus_on_load,
    min: element.min_value,
    max: element.max_value,
    step: element.is_decimal_allowed ? "any" : undefined,
  };
  const input = element.multiline ? h("textarea", { ...props, rows: 4 }) : h("input", { ...props, type });
  input.value = typed ?? element.initial_value ?? element.initial_date ?? element.initial_time ?? "";
  return input;
}

/** What every field of a form holds: `values[block_id][action_id]`. */
export function entered(form) {
  const values = {};
  for (const input of form.querySelectorAll(".entry"))
    (values[input.dataset.blockId] ??= {})[input.dataset.actionId] = valueOf(input);
  return values;
}

function valueOf(input) {
  if (input.classList.contains("choices"))
    return [...input.querySelectorAll("input:checked")].map(({ value }) => value).join(",");
  if (input instanceof HTMLSelectElement) return chosenIn(input);
  if (input.type === "datetime-local") return input.value && String(Math.floor(new Date(input.value).getTime() / 1000));
  return input.value;
}

/** Messages beside fields, by block id. */
export function showErrors(form, errors) {
  for (const block of form.querySelectorAll(".field-block")) {
    const text = errors[block.dataset.fieldFor] ?? "";
    block.querySelector(".field-error").textContent = text;
    block.querySelector(".entry").setAttribute("aria-invalid", String(text !== ""));
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}
