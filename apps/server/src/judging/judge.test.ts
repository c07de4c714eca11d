import { valueIn } from "@orrery/state";
import { judged } from "@orrery/watch";
import { expect, test } from "vitest";
import { exampleLab, seenCluster } from "../testing/serve.ts";
import { threadedJudge } from "./judge.ts";

test("a thread judges as this one would", async () => {
  const declared = await exampleLab("tidy-lab");
  const reading = (await seenCluster("tidy", declared)).feed.now();
  if (reading.kind !== "read") expect.fail();
  const { state, at } = reading;
  const question = { lab: declared.lab, at, prove: true, state };
  const judgement = await threadedJudge(question);
  expect(judgement).toEqual(structuredClone(judged(question)));
  expect(judgement.proof?.checked.objectives.length).toBeGreaterThan(3);
  expect(Object.keys(valueIn(state.guests) ?? {}).length).toBeGreaterThan(3);
});
