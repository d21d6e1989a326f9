import { expect, test } from "@jest/globals";
import { WebClient } from "@slack/web-api";

import { ALERTS, quiet, refusal, section, withSlack } from "./sandbox.ts";

const START = Date.UTC(2026, 0, 1);
const still = { startAt: START };
const at = (seconds: number) => START / 1_000 + seconds;

test("scheduled messages come at their time, unless they carry metadata or were taken back", () =>
  withSlack(async ({ driver }, client) => {
    const schedule = (post_at: number, extra = {}) =>
      client.chat.scheduleMessage({ channel: ALERTS, post_at, text: "later", ...extra });
    expect(await refusal(schedule(at(-1)))).toMatchObject({ error: "time_in_past" });
    expect(await refusal(schedule(at(120 * 86_400 + 1)))).toMatchObject({ error: "time_too_far" });
    await schedule(at(60));
    await schedule(at(60), { metadata: { event_type: "e", event_payload: {} } });
    const { scheduled_message_id } = await schedule(at(60));
    await client.chat.deleteScheduledMessage({ channel: ALERTS, scheduled_message_id: scheduled_message_id! });
    expect((await client.chat.scheduledMessages.list()).scheduled_messages).toHaveLength(2);
    driver.elapse(59_000);
    expect(driver.messages(ALERTS)).toEqual([]);
    driver.elapse(1_000);
    expect(driver.messages(ALERTS)).toMatchObject([{ text: "later", ts: `${at(60)}.000000` }]);
    for (let count = 0; count < 30; count += 1) await schedule(at(600));
    expect(await refusal(schedule(at(601)))).toMatchObject({ error: "restricted_too_many" });
    await schedule(at(901));
  }, still));

test("a stream grows, needs a recipient, and is dead after 300 s whatever happened", () =>
  withSlack(async ({ driver }, client) => {
    const stream = (args: object) => client.apiCall("chat.startStream", { channel: ALERTS, ...args });
    const to = { recipient_team_id: "T0SANDBOX", recipient_user_id: "U0CISO" };
    expect(await refusal(stream({}))).toMatchObject({ error: "missing_recipient_team_id" });
    expect(await refusal(stream({ recipient_team_id: "T0SANDBOX" }))).toMatchObject({
      error: "missing_recipient_user_id",
    });
    expect(await refusal(stream({ ...to, chunks: [{ type: "poem" }] }))).toMatchObject({ error: "invalid_chunks" });
    const { ts } = (await stream({ ...to, markdown_text: "Hello" })) as unknown as { ts: string };
    const append = (chunks: object[]) => client.apiCall("chat.appendStream", { channel: ALERTS, ts, chunks });
    const task = (status: string, details: string) => ({
      type: "task_update",
      id: "1",
      title: status,
      status,
      details,
    });
    await append([{ type: "markdown_text", text: " world" }, task("in_progress", "one ")]);
    await append([task("complete", "two")]);
    const long = append([{ type: "markdown_text", text: "x".repeat(257) }]);
    expect(await refusal(long)).toMatchObject({ error: "msg_too_long" });
    const update = () => client.chat.update({ channel: ALERTS, ts, text: "repaired" });
    expect(await refusal(update())).toMatchObject({ error: "streaming_state_conflict" });
    driver.elapse(299_000);
    await append([]);
    expect(driver.messages(ALERTS)[0]).toMatchObject({
      text: "Hello world",
      blocks: [{ type: "plan", tasks: [{ task_id: "1", status: "complete", plain_details: "one two" }] }],
    });
    driver.elapse(2_000);
    for (const method of ["chat.appendStream", "chat.stopStream"])
      expect(await refusal(client.apiCall(method, { channel: ALERTS, ts }))).toMatchObject({
        error: "message_not_in_streaming_state",
      });
    await update();
    const second = (await stream(to)) as unknown as { ts: string };
    await client.apiCall("chat.stopStream", { channel: ALERTS, ts: second.ts, blocks: [section("done")] });
    expect(driver.messages(ALERTS)[1]?.blocks).toHaveLength(1);
  }, still));

test("a 429 pauses everything the unmodified client has to send", () =>
  withSlack(async (slack, patient) => {
    const { ts } = await patient.chat.postMessage({ channel: ALERTS, text: "x" });
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, logger: quiet });
    slack.driver.setFault({ method: "chat.update", kind: "429", value: 1 });
    const update = client.chat.update({ channel: ALERTS, ts: ts!, text: "y" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await Promise.all([update, client.users.info({ user: "U0CISO" })]);
    const [, limited, ...rest] = slack.driver.apiLog();
    expect(limited).toMatchObject({ method: "chat.update", status: 429 });
    expect(rest.map(({ method }) => method).sort()).toEqual(["chat.update", "users.info"]);
    for (const { at } of rest) expect(at - limited!.at).toBeGreaterThan(950);
  }));

test("files: the real client's three steps, and what can go wrong", () =>
  withSlack(async ({ driver }, client) => {
    await client.filesUploadV2({
      channel_id: ALERTS,
      filename: "report.csv",
      content: "a,b\n1,2\n",
      initial_comment: "The report",
    });
    expect(driver.messages(ALERTS)).toMatchObject([{ text: "The report", files: [{ name: "report.csv", size: 8 }] }]);
    const address = (args: object) => client.files.getUploadURLExternal({ filename: "a.txt", length: 3, ...args });
    expect(await refusal(address({ length: 0 }))).toMatchObject({ error: "missing_argument" });
    expect(await refusal(address({ alt_txt: "x".repeat(1_001) }))).toMatchObject({ error: "alt_txt_too_large" });
    const { file_id, upload_url } = await address({ alt_txt: "x".repeat(1_000) });
    const complete = (channel_id: string) =>
      client.apiCall("files.completeUploadExternal", { files: [{ id: file_id }], channel_id });
    expect(await refusal(complete(ALERTS))).toMatchObject({ error: "file_not_found" });
    expect((await fetch(upload_url!, { method: "POST", body: "abc" })).status).toBe(200);
    expect((await fetch(upload_url!, { method: "POST", body: "abc" })).status).toBe(404);
    expect(await refusal(complete("C0GENERAL"))).toMatchObject({ error: "not_in_channel" });
    await complete(ALERTS);
    driver.setSettings({ fileUploads: false });
    expect(await refusal(address({}))).toMatchObject({ error: "file_uploads_disabled" });
  }));
