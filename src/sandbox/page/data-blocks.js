import { h } from "./dom.js";
import { richText } from "./rich-text.js";

/** Blocks that show progress and data. */

const statusWords = { pending: "Waiting", in_progress: "In progress", complete: "Done", error: "Failed" };
const statusSigns = { pending: "", in_progress: "", complete: "✓", error: "✕" };

function task(card) {
  return h(
    "div",
    { class: `task ${card.status}`, data: { taskId: card.task_id, status: card.status } },
    h("span", { class: "task-sign", role: "img", "aria-label": statusWords[card.status] }, statusSigns[card.status]),
    h(
      "div",
      { class: "task-body" },
      h("div", { class: "task-title" }, card.title),
      card.details && h("div", { class: "task-note" }, richText(card.details)),
      card.output && h("div", { class: "task-note output" }, richText(card.output)),
    ),
  );
}

function plan(block) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((one) => one.status === "complete").length;
  return h(
    "section",
    { class: "plan", "aria-label": block.title },
    h("div", { class: "plan-title" }, block.title, h("span", { class: "plan-count" }, `${done} of ${tasks.length}`)),
    h(
      "ol",
      {},
      tasks.map((one) => h("li", {}, task(one))),
    ),
  );
}

function table(block) {
  const align = (index) => block.column_settings?.[index]?.align ?? "left";
  const cell = (tag, one, index) =>
    h(
      tag,
      { class: `align-${align(index)}`, ...(tag === "th" ? { scope: "col" } : {}) },
      one.type === "rich_text" ? richText(one) : one.text,
    );
  const row = (tag) => (cells) =>
    h(
      "tr",
      {},
      cells.map((one, index) => cell(tag, one, index)),
    );
  const [head, ...rest] = block.rows;
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rest.map(row("td")))),
  );
}

/** Every kind of chart as labelled bars: enough to see what the message says. */
function chart({ title, chart: drawing }) {
  const series = drawing.type === "pie" ? [{ name: "", data: drawing.segments }] : drawing.series;
  const largest = Math.max(1, ...series.flatMap(({ data }) => data.map(({ value }) => value)));
  const bar = ({ label, value }) => {
    const fill = h("span", { class: "bar-fill" });
    fill.style.inlineSize = `${(100 * Math.max(0, value)) / largest}%`;
    return h(
      "li",
      {},
      h("span", { class: "bar-label" }, label),
      h("span", { class: "bar" }, fill),
      h("span", {}, value),
    );
  };
  const group = ({ name, data }) => [
    name && h("p", { class: "bar-name" }, name),
    h("ul", { class: "bars" }, data.map(bar)),
  ];
  return h("figure", { class: "chart" }, h("figcaption", {}, title), series.map(group));
}

/** A table with a caption; the page shows all of its rows. */
function dataTable(block) {
  const drawn = table(block);
  drawn.setAttribute("aria-label", block.caption);
  drawn.querySelector("table").prepend(h("caption", {}, block.caption));
  return drawn;
}

export const dataBlocks = { task_card: task, plan, table, data_table: dataTable, data_visualization: chart };
