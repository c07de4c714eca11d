import type { Standing } from "./problem.ts";
import type { Resource } from "./resource.ts";

/** Why one host cannot take one item (with the items that must share its host). */
export type Refusal =
  | { readonly kind: "closed"; readonly item: string; readonly standing: Standing }
  | { readonly kind: "not-allowed"; readonly item: string }
  | { readonly kind: "lacks-device"; readonly item: string; readonly device: string }
  | { readonly kind: "lacks-storage"; readonly item: string; readonly storage: string }
  | { readonly kind: "apart"; readonly item: string; readonly from: string }
  | { readonly kind: "together"; readonly item: string; readonly with: string; readonly on: string }
  | { readonly kind: "over"; readonly resource: Resource }
  | { readonly kind: "short"; readonly resource: Resource; readonly needs: number; readonly free: number };

/** Items that must share a host, and why each host refuses them. */
export interface Stuck {
  readonly items: readonly string[];
  readonly refusals: readonly { readonly host: string; readonly refusal: Refusal }[];
}

/** Why there is no placement. Each kind can be checked by hand, but the last. */
export type Proof =
  /** Nothing can take these in, even alone. */
  | { readonly kind: "no-host"; readonly stuck: readonly Stuck[] }
  /** `items` can go to `hosts` only, and take more than is free there. `usable` is less than `free` where no choice of items fills a host. */
  | {
      readonly kind: "short";
      readonly resource: Resource;
      readonly items: readonly string[];
      readonly hosts: readonly { readonly host: string; readonly free: number; readonly usable: number }[];
      readonly needs: number;
    }
  /** Each of `items` takes at least `atLeast`; they can go to `hosts` only, which hold fewer than that many of them. */
  | {
      readonly kind: "too-many-large";
      readonly resource: Resource;
      readonly atLeast: number;
      readonly items: readonly string[];
      readonly hosts: readonly { readonly host: string; readonly free: number; readonly holds: number }[];
    }
  /** `items` may not share a host with each other and can go to `hosts` only, which are fewer. */
  | { readonly kind: "too-many-apart"; readonly items: readonly string[]; readonly hosts: readonly string[] }
  /** Every way to place `items` on `hosts` was tried, or shown to be like one that was. */
  | {
      readonly kind: "exhausted";
      readonly items: readonly string[];
      readonly hosts: readonly string[];
      readonly nodes: number;
    };
