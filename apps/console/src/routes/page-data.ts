import type { QueryClient } from "@tanstack/react-query";
import type { IconName } from "../shell/icon.tsx";

/** Something that the palette leads to. */
type Found = {
  readonly title: string;
  readonly detail?: string;
  readonly href: string;
};

/** What the frame knows of a page: it stands in the navigation where `order` says so, and in the palette. */
export type PageData = {
  readonly title: string;
  readonly icon: IconName;
  /** Its place in the navigation; a page without one is reached from others. */
  readonly order?: number;
  /** The letter that leads to it after `g`. */
  readonly key?: string;
  /** Other words by which the palette finds it. */
  readonly words?: readonly string[];
  /** The page's subjects that the palette finds by what was typed, some tens at most: nodes, guests. */
  readonly find?: (asked: {
    readonly queries: QueryClient;
    readonly cluster: string;
    readonly text: string;
  }) => Promise<readonly Found[]>;
};

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    readonly page?: PageData;
  }
}
