import { blockLimits } from "../limits.ts";
import type { JsonObject } from "../types.ts";
import {
  array,
  boolean,
  fail,
  isObject,
  known,
  number,
  object,
  oneOf,
  optional,
  required,
  string,
  url,
  variant,
} from "./check.ts";
import type { Check, Report } from "./check.ts";
import { richText, richTextValue } from "./rich-text.ts";

/** Blocks that show data and progress: plan, task card, table, chart. */

const blockId = { block_id: optional(string({ max: blockLimits.id })) };

export const taskCard = object({
  type: known,
  ...blockId,
  task_id: required(string({ max: blockLimits.id })),
  title: required(string()),
  status: required(oneOf("pending", "in_progress", "complete", "error")),
  details: optional(richTextValue),
  output: optional(richTextValue),
  sources: optional(
    array(variant({ url: object({ type: known, url: required(url(blockLimits.url)), text: required(string()) }) })),
  ),
});

function uniqueTasks(value: JsonObject, pointer: string, report: Report): void {
  const tasks = Array.isArray(value["tasks"]) ? value["tasks"].filter(isObject) : [];
  const ids = tasks.map((task) => task["task_id"]);
  if (new Set(ids).size < ids.length)
    fail(report, `${pointer}/tasks`, "unique_items", "Input contains duplicate items");
}

export const plan = object(
  {
    type: known,
    ...blockId,
    title: required(string()),
    tasks: optional(array(variant({ task_card: taskCard }), { max: blockLimits.planTasks })),
  },
  uniqueTasks,
);

const cell = variant({
  rich_text: richText,
  raw_text: object({ type: known, text: required(string()) }),
  raw_number: object({ type: known, value: required(number()), text: required(string()) }),
});

const columnSettings: Check = (value, pointer, report) => {
  // A column that keeps its defaults is written as null.
  if (value === null) return;
  object({ align: optional(oneOf("left", "center", "right")), is_wrapped: optional(boolean) })(value, pointer, report);
};

export const table = object({
  type: known,
  ...blockId,
  rows: required(array(array(cell, { min: 1, max: blockLimits.tableCells }), { min: 1, max: blockLimits.tableRows })),
  column_settings: optional(array(columnSettings, { max: blockLimits.tableCells })),
});

/** Every row as long as the header, whose cells are plain. */
function regular(value: JsonObject, pointer: string, report: Report): void {
  const rows = Array.isArray(value["rows"]) ? value["rows"].filter((row) => Array.isArray(row)) : [];
  const [header = []] = rows as unknown[][];
  for (const [index, row] of rows.entries())
    if (row.length !== header.length)
      fail(report, `${pointer}/rows/${index}`, "min_items", `must provide at least ${header.length} items`);
  for (const [index, one] of header.entries())
    if (isObject(one) && one["type"] === "rich_text")
      fail(report, `${pointer}/rows/0/${index}/type`, "enum", "unsupported type: rich_text");
  const column = value["row_header_column_index"];
  if (typeof column === "number" && column >= header.length && header.length > 0)
    fail(report, `${pointer}/row_header_column_index`, "maximum", `must be less than ${header.length}`);
}

export const dataTable = object(
  {
    type: known,
    ...blockId,
    caption: required(string()),
    rows: required(
      array(array(cell, { min: 1, max: blockLimits.tableCells }), { min: 1, max: blockLimits.dataTableRows }),
    ),
    page_size: optional(number({ min: 1, max: blockLimits.dataTablePage, integer: true })),
    row_header_column_index: optional(number({ min: 0, integer: true })),
  },
  regular,
);

const point = object({ label: required(string({ max: blockLimits.chartLabel })), value: required(number()) });
const axisLabel = optional(string({ max: blockLimits.chartAxisLabel }));

const series = object(
  {
    type: known,
    series: required(
      array(
        object({
          name: required(string({ max: blockLimits.chartLabel })),
          data: required(array(point, { min: 1, max: blockLimits.chartPoints })),
        }),
        { min: 1, max: blockLimits.chartSeries },
      ),
    ),
    axis_config: optional(
      object({
        categories: optional(array(string({ max: blockLimits.chartLabel }), { min: 1, max: blockLimits.chartPoints })),
        x_label: axisLabel,
        y_label: axisLabel,
      }),
    ),
  },
  everySeriesIsComplete,
);

/** Every series needs a value for every category. */
function everySeriesIsComplete(value: JsonObject, pointer: string, report: Report): void {
  const axis = isObject(value["axis_config"]) ? value["axis_config"] : {};
  if (!Array.isArray(axis["categories"]) || !Array.isArray(value["series"])) return;
  for (const [index, one] of value["series"].entries()) {
    const data = isObject(one) && Array.isArray(one["data"]) ? one["data"].filter(isObject) : [];
    const labels = new Set(data.map((entry) => entry["label"]));
    if (axis["categories"].some((category) => !labels.has(category)))
      fail(
        report,
        `${pointer}/series/${index}/data`,
        "min_items",
        `must provide at least ${axis["categories"].length} items`,
      );
  }
}

export const chart = object({
  type: known,
  ...blockId,
  title: required(string({ max: blockLimits.chartTitle })),
  chart: required(
    variant({
      pie: object({
        type: known,
        segments: required(array(point, { min: 1, max: blockLimits.chartSegments })),
      }),
      bar: series,
      line: series,
      area: series,
    }),
  ),
});
