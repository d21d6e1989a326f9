import { expect, test } from "@jest/globals";
import { parseXml } from "../../../src/sandbox/aws/xml-read.ts";
import { xmlDocument } from "../../../src/sandbox/aws/xml.ts";

test("what is written is read back", () => {
  const text = `<a href="x">'&\r\n\u{1F512}`;
  const document = xmlDocument("Root", { "@xmlns": "urn:x", Item: [text, ""], Empty: {}, Gone: undefined, Flag: true });
  const root = parseXml(document);
  expect(root?.children.map((child) => [child.name, child.text])).toEqual([
    ["Item", text],
    ["Item", ""],
    ["Empty", ""],
    ["Flag", "true"],
  ]);
});

test("prefixes, comments, CDATA and numbered entities are understood", () => {
  const root = parseXml(
    `<?xml version="1.0"?><!-- c --><s:A xmlns:s='u'><B/><C>a<![CDATA[<&]]>&#65;&#x42;</C></s:A>\n`,
  );
  expect(root?.name).toBe("A");
  expect(root?.children[1]?.text).toBe("a<&AB");
});

test.each([
  "",
  "text",
  "<A>",
  "<A></B>",
  "</A>",
  "<A/><B/>",
  "<A>&unknown;</A>",
  "<A>& </A>",
  "<A b=c></A>",
  `<!DOCTYPE A [<!ENTITY e "x">]><A>&e;</A>`,
  "<A>".repeat(40) + "</A>".repeat(40),
])("%j is not accepted", (source) => {
  expect(parseXml(source)).toBeNull();
});
