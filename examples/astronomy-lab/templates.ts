import { defineChapter } from "@orrery/model";

/** No document lists the templates; they are only counted. */
export const templates = defineChapter("templates", {
  items: [],
  claims: [
    {
      kind: "count",
      of: "templates",
      is: 6,
      source: "dashboard of March 2025: golden templates, VM ids from 9000, on node05",
    },
  ],
});
