import "@mantine/core/styles.layer.css";
import "./theme/tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { newQueryClient } from "./api/query-client.ts";
import { newRouter } from "./router.ts";
import { Themed } from "./theme/themed.tsx";

const queries = newQueryClient(() => {
  const { pathname, searchStr } = router.state.location;
  if (pathname === "/sign-in") return;
  queries.removeQueries({ queryKey: ["getSession"] });
  void router.navigate({ to: "/sign-in", search: { to: pathname + searchStr } });
});
const router = newRouter(queries);

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Themed>
        <RouterProvider router={router} />
      </Themed>
    </QueryClientProvider>
  </StrictMode>,
);
