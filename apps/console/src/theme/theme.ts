import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** The colour of what can be pressed, from light to dark. */
const instrument: MantineColorsTuple = [
  "#e9f2f8",
  "#d2e3ef",
  "#a6c8df",
  "#7cb6dc",
  "#4f93c4",
  "#327bae",
  "#1d5c88",
  "#194f75",
  "#134060",
  "#0d2f48",
];

export const theme = createTheme({
  fontFamily: "var(--font)",
  fontFamilyMonospace: "var(--font-mono)",
  headings: { fontFamily: "var(--font)", fontWeight: "600" },
  colors: { instrument },
  primaryColor: "instrument",
  // White stands on it in light and dark.
  primaryShade: 6,
  defaultRadius: "sm",
  radius: { xs: "2px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  cursorType: "pointer",
});

const surfaces = {
  "--mantine-color-body": "var(--panel)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-soft)",
  "--mantine-color-default": "var(--raised)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-hover": "var(--sunk)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-placeholder": "var(--ink-faint)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-error": "var(--bad)",
};

/** Mantine's surfaces are ours: `tokens.css` alone says what they look like. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: surfaces,
  // What fields and lists that drop down are painted with in the dark.
  dark: {
    ...surfaces,
    "--mantine-color-dark-6": "var(--raised)",
    "--mantine-color-dark-5": "var(--line)",
    "--mantine-color-dark-4": "var(--line-strong)",
    "--mantine-color-dark-8": "var(--sunk)",
  },
});
