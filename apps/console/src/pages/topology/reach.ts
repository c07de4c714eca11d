import type { Api } from "../../api/client.ts";

type Failure = Api<"FailureDomain">;
type Part = Api<"NetworkPart">;
type Link = Api<"NetworkLink">;

/** What a failure does to a part: it is what fails, it goes with it, it loses something, or nothing. */
type Blow = "fails" | "down" | "cut" | "hurt" | "none";

export type Hit = { readonly blow: Blow; readonly words: readonly string[] };

const count = (names: readonly string[], own: ReadonlySet<string>): number =>
  names.filter((name) => own.has(name)).length;

const guestsText = (number: number, what: string): readonly string[] =>
  number === 0 ? [] : [`${number} ${number === 1 ? "guest" : "guests"} ${what}`];

const without = (storages: readonly string[]): readonly string[] =>
  storages.length === 0 ? [] : [`without ${storages.join(", ")}`];

const untouched: Hit = { blow: "none", words: [] };

/** What a failure does to a part of the network, in words. */
export const hitOf = (part: Part, failure: Failure | undefined): Hit => {
  if (failure === undefined) return untouched;
  const own = new Set(part.guests);
  const { lost, down, cutOff } = failure.guests;
  const words = [
    ...guestsText(count(lost, own), "lost"),
    ...guestsText(count(down, own), "down"),
    ...guestsText(count(cutOff, own), "cut off"),
    ...without(failure.storages.flatMap(({ storage, nodes }) => (nodes.includes(part.name) ? [storage] : []))),
  ];
  if (part.id === failure.component) return { blow: "fails", words: ["fails", ...words] };
  if (part.kind !== "node") return untouched;
  if (failure.isolated.includes(part.name))
    return { blow: "cut", words: [failure.quorum.survives ? "isolated" : "without quorum", ...words] };
  return words.length === 0 ? untouched : { blow: "hurt", words };
};

/** Whether a link carries nothing any more: it is what fails, or one of its ends is. */
export const isDead = ({ id, from, to }: Link, failure: Failure | undefined): boolean =>
  failure !== undefined && [id, from, to].includes(failure.component);
