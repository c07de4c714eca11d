import type { ApiAnswer } from "./dispatch.ts";

/** How an answer is written down: `/api2/json` speaks in HTTP statuses, `/api2/extjs` answers 200 and says `success`. */
export type AnswerFormat = "json" | "extjs";

export type Written = {
  readonly status: number;
  readonly reason: string;
  readonly type: string | undefined;
  readonly body: string;
};

const reasons: Readonly<Record<number, string>> = { 200: "OK" };

/** The first line of a message: all that fits into a reason phrase. */
const firstLine = (message: string): string => message.split("\n", 1)[0] ?? "";

const json = "application/json;charset=UTF-8";

const envelope = (answer: Exclude<ApiAnswer, { kind: "bare" | "file" }>): Record<string, unknown> => {
  if (answer.kind === "data") {
    return {
      data: answer.data,
      ...(answer.total === undefined || answer.total === 0 ? {} : { total: answer.total }),
      ...(answer.changes === undefined ? {} : { changes: answer.changes }),
    };
  }
  return { data: null, message: answer.message, ...(answer.errors === undefined ? {} : { errors: answer.errors }) };
};

/** An answer as status line and body. */
export const writeAnswer = (answer: ApiAnswer, format: AnswerFormat): Written => {
  if (answer.kind === "bare") return { status: answer.status, reason: answer.reason, type: undefined, body: "" };
  if (answer.kind === "file") return { status: 200, reason: "OK", type: "text/plain", body: answer.text };
  const body = envelope(answer);
  if (format === "extjs") {
    const failed = answer.kind === "problem";
    const told = { ...body, success: failed ? 0 : 1, ...(failed ? { status: answer.status } : {}) };
    return { status: 200, reason: "OK", type: json, body: JSON.stringify(told) };
  }
  if (answer.kind === "data")
    return { status: 200, reason: reasons[200] ?? "OK", type: json, body: JSON.stringify(body) };
  return { status: answer.status, reason: firstLine(answer.message), type: json, body: JSON.stringify(body) };
};
