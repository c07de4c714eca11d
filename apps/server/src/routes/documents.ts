import { z } from "zod";
import { apiPage, pageStyle } from "../http/api-page.ts";
import { openApi } from "../http/open-api.ts";
import { jsonRoute, nothing, type Route, textRoute } from "../http/route.ts";

const open = { kind: "open", because: "it is the same for everybody and tells nothing of any cluster" } as const;

/** The documents about all other routes. */
export const documentsOf = (others: readonly Route[]): readonly Route[] => {
  const document = jsonRoute({
    id: "getOpenApi",
    method: "GET",
    url: "/api/openapi.json",
    tag: "Documents",
    summary: "the whole API for programs, OpenAPI 3.1",
    access: open,
    ...nothing,
    reply: z.looseObject({ openapi: z.string() }),
    handle: ({ services }) => ({ openapi: "3.1.1", ...openApi(all, services.version) }),
  });
  const page = textRoute({
    id: "getApiPage",
    method: "GET",
    url: "/api/docs",
    tag: "Documents",
    summary: "the whole API for a person",
    access: open,
    ...nothing,
    type: "text/html; charset=utf-8",
    handle: ({ services }) => apiPage(all, services.version),
  });
  const style = textRoute({
    id: "getStyle",
    method: "GET",
    url: "/api/docs.css",
    tag: "Documents",
    summary: "how the pages look",
    access: open,
    ...nothing,
    type: "text/css; charset=utf-8",
    handle: () => pageStyle,
  });
  const all: readonly Route[] = [...others, document, page, style];
  return all;
};
