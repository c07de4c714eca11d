import type { Written } from "../answer-text.ts";
import type { ApiAnswer } from "../dispatch.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** An answer as a page for a browser: the path and the data, nothing more. */
export const apiPage = (path: string, answer: ApiAnswer): Written => {
  if (answer.kind === "bare") return { status: answer.status, reason: answer.reason, type: undefined, body: "" };
  const shown =
    answer.kind === "data"
      ? { data: answer.data }
      : answer.kind === "problem"
        ? { message: answer.message }
        : { file: answer.name };
  const body = `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Proxmox VE API</title></head>\n<body><h3>${escaped(path)}</h3><pre>${escaped(JSON.stringify(shown, undefined, 3))}</pre></body>\n</html>\n`;
  const status = answer.kind === "problem" ? answer.status : 200;
  return {
    status,
    reason: answer.kind === "problem" ? (answer.message.split("\n", 1)[0] ?? "") : "OK",
    type: "text/html;charset=UTF-8",
    body,
  };
};
