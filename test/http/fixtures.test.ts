import { expect, test } from "@jest/globals";
import { fixtures, fixturesPresent, fixturesRequired } from "../ingest/fixtures.ts";
import { useStore } from "../support/database.ts";
import { post, receiveInto, serverWith } from "./harness.ts";

const use = useStore();
// The store opens before the first test; the server asks for it at each event.
const { server } = serverWith({ receive: (input) => receiveInto(use.store)(input) });

/** What each kind of file is answered with: `2xx status` or the refusal's code. First match counts. */
const expectations: readonly (readonly [RegExp, string])[] = [
  [/^asff--/, "accepted"],
  [/^securityhub-eventbridge--c7n--event-securityhub-insight/, "ignored"],
  [/^securityhub-eventbridge--/, "accepted"],
  [/-api-response--/, "unknown_format"],
  [/^cloudevents--.*\.yaml$/, "unsupported_media_type"],
  [/^eventbridge-other--superplane--/, "unknown_format"],
  [/^(access-analyzer|cloudtrail|cloudwatch|config|eventbridge-other|guardduty|prowler|sns)/, "ignored"],
];

if (!fixturesPresent)
  test("SKIPPED: ../shared/fixtures/events is not there, no real finding was tried", () => {
    if (fixturesRequired) throw new Error("CI needs the fixtures: ../shared/fixtures/events is missing");
    process.stderr.write("SKIPPED: ../shared/fixtures/events is not there, no real finding was tried\n");
  });
else
  test.each(fixtures().map(({ file, bytes }) => [file, bytes] as const))("%s is answered", async (file, bytes) => {
    const yaml = file.endsWith(".yaml");
    const answer = await post(server, bytes, yaml ? { "content-type": "application/yaml" } : {});
    const wanted = expectations.find(([pattern]) => pattern.test(file))?.[1];
    expect([file, wanted]).not.toContain(undefined);
    expect(answer.statusCode).toBeLessThan(500);
    const body = answer.json<{
      results?: { status: string; reason?: string }[];
      error?: { code: string; message: string };
    }>();
    const outcomes = body.results?.map(({ status }) => (status === "duplicate" ? "accepted" : status)) ?? [
      body.error?.code,
    ];
    expect(new Set(outcomes)).toEqual(new Set([wanted]));
    for (const { status, reason } of body.results ?? []) if (status === "ignored") expect(reason).toMatch(/is known/);
    if (!yaml) return;
    // The same text claimed to be JSON is as clearly refused.
    expect((await post(server, bytes)).json()).toMatchObject({ error: { code: "bad_input" } });
  });

if (fixturesPresent)
  test("there are fixtures of every kind", () => {
    const files = fixtures().map(({ file }) => file);
    for (const [pattern] of expectations) expect(files.filter((file) => pattern.test(file))).not.toEqual([]);
  });
