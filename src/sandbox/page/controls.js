import { h } from "./dom.js";
import { allChannels, allUsers } from "./names.js";
import { askConfirm } from "./confirm.js";

/** Buttons and menus: they look like Slack's and tell `context.use` when somebody uses them. */

/** A control of an actions block, an accessory, or a modal's action row. */
export function control(element, block, context, textNode) {
  if (element.type === "button") return button(element, block, context, textNode);
  const use = (value, node) => confirmed(element, textNode, () => context.use(element, block, value, node));
  const data = { actionId: element.action_id };
  const label = element.placeholder?.text ?? "Choose";
  if (["datepicker", "timepicker", "datetimepicker"].includes(element.type)) {
    const type = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[element.type];
    const initial = element.initial_date ?? element.initial_time;
    return h("input", {
      type,
      value: initial,
      data,
      "aria-label": label,
      onchange: ({ target }) => use(target.value, target),
    });
  }
  if (["checkboxes", "radio_buttons"].includes(element.type)) return choices(element, block, textNode, use);
  const select = menu(element, label, "");
  select.addEventListener("change", async () => {
    await use(chosenIn(select), select);
    if (element.type === "overflow") select.value = "";
  });
  return select;
}

function button(element, block, context, textNode) {
  const press = ({ currentTarget }) => {
    const send = () => {
      if (element.url && /^https?:/i.test(element.url)) window.open(element.url, "_blank", "noopener");
      return context.use(element, block, undefined, currentTarget);
    };
    void confirmed(element, textNode, send);
  };
  const props = {
    type: "button",
    class: `button ${element.style ?? ""}`,
    data: { actionId: element.action_id, ...(element.value === undefined ? {} : { value: element.value }) },
    "aria-label": element.accessibility_label,
    onclick: press,
  };
  return h("button", props, textNode(element.text), element.url && h("span", { "aria-hidden": "true" }, " ↗"));
}

/** After the element's confirm dialog, if it has one. */
async function confirmed(element, textNode, send) {
  if (element.confirm && !(await askConfirm(element.confirm, textNode))) return;
  await send();
}

/** A native menu of options, people or channels. */
export function menu(element, label, initial) {
  const several = element.type.startsWith("multi_");
  const option = ({ text, value }) => h("option", { value }, text.text);
  const person = (user) => h("option", { value: user.id }, user.real_name);
  const channel = ({ id, name }) => h("option", { value: id }, `#${name}`);
  const groups = (element.option_groups ?? []).map((group) =>
    h("optgroup", { label: group.label.text }, group.options.map(option)),
  );
  const options = /users_select$/.test(element.type)
    ? allUsers().map(person)
    : /(conversations|channels)_select$/.test(element.type)
      ? allChannels().map(channel)
      : [...(element.options ?? []).map(option), ...groups];
  const first = several ? [] : [h("option", { value: "" }, element.type === "overflow" ? "⋯" : label)];
  const props = {
    class: `menu ${element.type}`,
    multiple: several,
    data: { actionId: element.action_id },
    "aria-label": element.type === "overflow" ? "More actions" : label,
  };
  const select = h("select", props, first, options);
  const start = initial || startOf(element);
  for (const one of select.options) if (one.value !== "" && start.split(",").includes(one.value)) one.selected = true;
  return select;
}

/** What a menu starts with, as its values separated by commas. */
function startOf(element) {
  const many = element.initial_users ?? element.initial_conversations ?? element.initial_channels;
  const chosen = element.initial_options?.map(({ value }) => value) ?? many;
  const one = element.initial_user ?? element.initial_conversation ?? element.initial_channel;
  return chosen?.join(",") ?? element.initial_option?.value ?? one ?? "";
}

export function chosenIn(select) {
  return [...select.selectedOptions].map(({ value }) => value).join(",");
}

/** Checkboxes or radio buttons; `use` gets the values, separated by commas. */
export function choices(element, block, textNode, use = () => undefined) {
  const several = element.type === "checkboxes";
  const start = new Set((element.initial_options ?? [element.initial_option ?? {}]).map(({ value }) => value));
  const name = `${block.block_id}-${element.action_id}`;
  const group = h("div", {
    class: "choices",
    role: several ? "group" : "radiogroup",
    data: { actionId: element.action_id },
  });
  const changed = () => use([...group.querySelectorAll("input:checked")].map(({ value }) => value).join(","), group);
  for (const { text, description, value } of element.options)
    group.append(
      h(
        "label",
        { class: "choice" },
        h("input", { type: several ? "checkbox" : "radio", name, value, checked: start.has(value), onchange: changed }),
        h("span", {}, textNode(text), description && h("small", {}, textNode(description))),
      ),
    );
  return group;
}
