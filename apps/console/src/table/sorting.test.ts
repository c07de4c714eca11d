import fc from "fast-check";
import { expect, test } from "vitest";
import type { Column } from "./column.ts";
import { sorted, sortingOf, sortingText } from "./sorting.ts";

type Row = { readonly name: string; readonly load: number | undefined };
const columns: readonly Column<Row>[] = [
  { id: "name", title: "Name", width: 5, cell: ({ name }) => name, sort: ({ name }) => name },
  { id: "load", title: "Load", width: 5, cell: ({ load }) => load, sort: ({ load }) => load },
];
const row: fc.Arbitrary<Row> = fc.record({ name: fc.string(), load: fc.option(fc.nat(5), { nil: undefined }) });
const sorting = fc.record({
  column: fc.constantFrom("name", "load"),
  order: fc.constantFrom("asc" as const, "desc" as const),
});

test("sorting keeps every row, and stands in order with what is not known last", () => {
  fc.assert(
    fc.property(fc.array(row), fc.constantFrom("asc" as const, "desc" as const), (rows, order) => {
      const found = sorted(rows, columns, { column: "load", order });
      expect(new Set(found)).toEqual(new Set(rows));
      const loads = found.map(({ load }) => load);
      const known = loads.filter((load) => load !== undefined);
      expect(loads.slice(0, known.length)).toEqual(known);
      expect(known).toEqual(known.toSorted((one, other) => (order === "asc" ? one - other : other - one)));
    }),
  );
});

test("rows that are alike keep their order", () => {
  const rows = [1, 2, 1, 2].map((load, index) => ({ name: String(index), load }));
  expect(sorted(rows, columns, { column: "load", order: "desc" }).map(({ name }) => name)).toEqual([
    "1",
    "3",
    "0",
    "2",
  ]);
});

test("a sorting is read as it is written", () => {
  fc.assert(
    fc.property(sorting, (one) => {
      expect(sortingOf(sortingText(one))).toEqual(one);
    }),
  );
});
