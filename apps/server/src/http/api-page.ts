import { accessText } from "../access/access.ts";
import { roleAbout, roles } from "../access/role.ts";
import type { Route } from "./route.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const row = (route: Route): string => {
  const query = Object.keys(route.query.shape);
  const asked = query.length === 0 ? "" : `<br><small>?${query.map(escaped).join(" &amp; ")}</small>`;
  return `<tr><td><code>${route.method}</code></td><td><code>${escaped(route.url)}</code>${asked}</td><td>${escaped(route.summary)}</td><td>${escaped(accessText(route.access))}</td></tr>`;
};

/** The API for a person: one table a subject, without a script. */
export const apiPage = (routes: readonly Route[], version: string): string => {
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  const tables = tags.map(
    (tag) =>
      `<h2>${escaped(tag)}</h2><table><thead><tr><th scope="col">Method</th><th scope="col">Path</th><th scope="col">What it does</th><th scope="col">Who may</th></tr></thead><tbody>${routes
        .filter((route) => route.tag === tag)
        .map(row)
        .join("")}</tbody></table>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Orrery API</title>
<link rel="stylesheet" href="/api/docs.css"></head>
<body><h1>Orrery ${escaped(version)}: the API</h1>
<p>The whole of it for programs, OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>. A token goes into
<code>Authorization: Bearer …</code>. What is refused is answered with <code>code</code>, <code>message</code> and, where a
part of the request is wrong, <code>place</code>.</p>
<dl>${roles.map((role) => `<dt>${role}</dt><dd>${escaped(roleAbout[role])}</dd>`).join("")}</dl>
${tables.join("\n")}</body></html>
`;
};

export const pageStyle = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}
code{font-family:ui-monospace,monospace}dt{font-weight:600}input,button{font:inherit;padding:.4rem .6rem;margin:.2rem 0}label{display:block;margin-top:.8rem}
`;
