import type { Terminal } from "../terminal.ts";
import { clean, wrap } from "../wrap.ts";

/** What `orrery monitoring export` wrote. */
export type WrittenMonitoring = {
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly about: string }[];
  /** What was assumed, and what the files cannot say. */
  readonly notes: readonly string[];
};

export const monitoringView = ({ folder, files, notes }: WrittenMonitoring, { paint, width }: Terminal): string => {
  const widest = Math.max(...files.map(({ path }) => path.length));
  const lines = [
    `Written to ${clean(folder)}/`,
    ...files.map(({ path, about }) => `  ${path.padEnd(widest)}  ${about}`),
  ];
  if (notes.length > 0)
    lines.push(
      "",
      paint("yellow", "To know:"),
      ...notes.flatMap((note) =>
        wrap(clean(note), width - 4).map((line, place) => `${place === 0 ? "  ● " : "    "}${line}`),
      ),
    );
  return lines.join("\n");
};
