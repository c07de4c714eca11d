import type { History } from "@orrery/store";
import {
  type HistoryAnswer,
  type HistoryLook,
  type HistoryQuestion,
  type HistorySink,
  type HistorySource,
  keptMetrics,
} from "@orrery/watch";

/** What a series is of, as it is stored: `{"id":"node/pve1"}`. */
const subjectOf = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1))));

const labelsOf = (subject: string): Readonly<Record<string, string>> => {
  const read: unknown = JSON.parse(subject);
  return Object.fromEntries(
    Object.entries(typeof read === "object" && read !== null ? read : {}).map(([name, value]) => [name, String(value)]),
  );
};

/** Series in answers to one question. */
const mostSeries = 1000;
const none = { avg: [], min: [], max: [] };

/** History in the store. */
export class StoreHistory implements HistorySink, HistorySource {
  readonly #history: History;
  readonly #now: () => number;
  /** The numbers of series that were stored lately, by cluster, metric and subject. */
  #numbers = new Map<string, number>();
  /** The labels of samples are the same objects from look to look. */
  readonly #subjects = new WeakMap<object, string>();

  constructor(history: History, now: () => number) {
    this.#history = history;
    this.#now = now;
  }

  readonly append = async ({ cluster, at, samples }: HistoryLook): Promise<void> => {
    const keyed = samples.map(({ metric, labels, value }) => {
      const subject = this.#subjects.get(labels) ?? subjectOf(labels);
      this.#subjects.set(labels, subject);
      return { key: `${cluster}\n${metric}\n${subject}`, subject, metric, value };
    });
    const unknown = keyed.filter(({ key }) => !this.#numbers.has(key));
    if (unknown.length > 0) await this.#define(cluster, unknown);
    await this.#history.append(
      this.#now(),
      keyed.flatMap(({ key, value }) => {
        const series = this.#numbers.get(key);
        return series === undefined ? [] : [{ series, at, value }];
      }),
    );
  };

  async #define(
    cluster: string,
    unknown: readonly { readonly key: string; readonly metric: string; readonly subject: string }[],
  ): Promise<void> {
    // Of what comes and goes nothing is held for ever.
    if (this.#numbers.size > 200_000) this.#numbers = new Map();
    const ids = await this.#history.define(
      unknown.map(({ metric, subject }) => ({ cluster, metric, subject, places: keptMetrics[metric] ?? 3 })),
    );
    for (const [index, { key }] of unknown.entries()) {
      const id = ids[index];
      if (id !== undefined) this.#numbers.set(key, id);
    }
  }

  readonly query = async ({ cluster, metric, labels, from, to, step }: HistoryQuestion): Promise<HistoryAnswer> => {
    const wanted = Object.entries(labels);
    const known = (await this.#history.series(cluster, metric))
      .map(({ id, subject }) => ({ id, labels: labelsOf(subject) }))
      .filter((one) => wanted.every(([name, value]) => one.labels[name] === value))
      .slice(0, mostSeries);
    const answer = await this.#history.query(this.#now(), { series: known.map(({ id }) => id), from, to, step });
    const length = Math.ceil((to - answer.from) / answer.step);
    return {
      from: answer.from,
      to: answer.from + length * answer.step,
      step: answer.step,
      series: known.flatMap((one) => {
        const { avg, min, max } = answer.points.get(one.id) ?? none;
        return avg.some((value) => value !== null) ? [{ labels: one.labels, avg, min, max }] : [];
      }),
    };
  };
}
