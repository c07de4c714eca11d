import { nothing, type Route, textRoute } from "../http/route.ts";

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Orrery: first account</title>
<link rel="stylesheet" href="/api/docs.css"><script src="/setup.js" defer></script></head>
<body><h1>The first account</h1>
<p>It has every role. The link is good once, and for an hour after the server's start.</p>
<form id="form"><label>Name <input name="name" autocomplete="username" required maxlength="64"></label>
<label>Password, 12 characters at least <input name="password" type="password" autocomplete="new-password" required minlength="12"></label>
<button>Make it</button></form><p id="outcome" role="status"></p></body></html>
`;

const script = `"use strict";
const secret = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const form = document.getElementById("form");
const outcome = document.getElementById("outcome");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, password } = Object.fromEntries(new FormData(form));
  try {
    const answer = await fetch("/api/setup", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ secret, name, password }),
    });
    const told = await answer.json();
    if (!answer.ok) { outcome.textContent = told.message; return; }
    location.replace("/");
  } catch {
    outcome.textContent = "The server does not answer.";
  }
});
`;

const open = {
  kind: "open",
  because: "whoever comes by the one-time link has no account; the page holds nothing",
} as const;

/** The page that the one-time link leads to: the console's, or where none was built a plain one. The secret stays behind the #, and leaves the address bar at once. */
export const setupPage: readonly Route[] = [
  textRoute({
    id: "getSetupPage",
    method: "GET",
    url: "/setup",
    tag: "Documents",
    summary: "the page of the one-time link",
    access: open,
    ...nothing,
    type: "text/html; charset=utf-8",
    handle: ({ services, exchange }) => {
      const built = services.console?.page();
      if (built === undefined) return page;
      for (const [name, value] of Object.entries(built.headers)) exchange.header(name, value);
      return String(built.body);
    },
  }),
  textRoute({
    id: "getSetupScript",
    method: "GET",
    url: "/setup.js",
    tag: "Documents",
    summary: "the script of that page",
    access: open,
    ...nothing,
    type: "text/javascript; charset=utf-8",
    handle: () => script,
  }),
];
