import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useKnownPages } from "./known-pages.ts";

type Doing = {
  readonly cluster: string;
  readonly openPalette: () => void;
  readonly openHelp: () => void;
};

/** How long after `g` the letter of a page may follow. Milliseconds. */
const patienceMs = 1500;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const isDialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** The page's own field for filters, if it has one. */
const focusFilter = (): boolean => {
  const field = document.querySelector<HTMLElement>("[data-filter]");
  field?.focus();
  return field !== null;
};

/** Ctrl K or cmd K opens the palette, `?` the help, `/` goes to the page's filter, `g` and a letter go to a page. */
export const useShortcuts = ({ cluster, openPalette, openHelp }: Doing): void => {
  const pages = useKnownPages();
  const router = useRouter();
  useEffect(() => {
    let going = 0;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isDialogOpen()) return;
      if (Date.now() - going < patienceMs) {
        going = 0;
        const href = pages.find(({ page }) => page.key === event.key)?.href?.(cluster);
        if (href !== undefined) void router.navigate({ href });
        return;
      }
      if (event.key === "g") going = Date.now();
      else if (event.key === "?") openHelp();
      else if (event.key === "/" && focusFilter()) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [cluster, pages, router, openPalette, openHelp]);
};
