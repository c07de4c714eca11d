import type { Refusal } from "./refusal.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (found) => escapes[found] ?? found);

/** A refusal for somebody whose browser stands on it. */
export const refusalPage = ({ message }: Refusal): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Orrery: not done</title>
<link rel="stylesheet" href="/api/docs.css"></head>
<body><h1>Not done</h1><p role="alert">${escaped(message)}</p><p><a href="/">To the start</a></p></body></html>
`;
