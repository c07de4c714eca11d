import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { cssVariables, theme } from "./theme.ts";

/** The page's own name for styles that components make, without which the browser takes none of them. */
const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";

// What keeps the page still under a dialog makes a style too, and looks for its nonce where webpack would leave it.
Reflect.set(globalThis, "__webpack_nonce__", nonce());

export const Themed = ({ children }: { readonly children: ReactNode }) => (
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={nonce}>
    {children}
  </MantineProvider>
);
