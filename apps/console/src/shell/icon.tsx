/** Strokes on a field of 20 by 20. */
const strokes = {
  overview: "M3 10.5 10 4l7 6.5M5 9v7.5h10V9M8.5 16.5v-4h3v4",
  topology: "M10 3.5v4M10 7.5 5 12M10 7.5l5 4.5M3 12h4v4H3zM13 12h4v4h-4zM8 2h4v3H8z",
  nodes: "M3.5 4h13v4h-13zM3.5 12h13v4h-13zM6 6h.01M6 14h.01M10 6h4M10 14h4M10 8v4",
  guests: "M3 3h5.5v5.5H3zM11.5 3H17v5.5h-5.5zM3 11.5h5.5V17H3zM11.5 11.5H17V17h-5.5z",
  storage:
    "M10 3c3.6 0 6.5 1.1 6.5 2.5S13.6 8 10 8 3.5 6.9 3.5 5.5 6.4 3 10 3zM3.5 5.5V10c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5V5.5M3.5 10v4.5c0 1.4 2.9 2.5 6.5 2.5s6.5-1.1 6.5-2.5V10",
  backups: "M3.5 10a6.5 6.5 0 1 0 2-4.7L3.5 7.2M3.5 3.5v3.7h3.7M10 6.5V10l2.5 1.7",
  alerts: "M5.5 8.5a4.5 4.5 0 0 1 9 0c0 4.2 1.5 5 1.5 5H4s1.5-.8 1.5-5zM8.5 16.5h3",
  incidents: "M10 2.5v3M4.7 4.7l1.8 1.8M15.3 4.7l-1.8 1.8M5.5 15.5v-4a4.5 4.5 0 0 1 9 0v4M3.5 15.5h13v2h-13z",
  findings: "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M7.5 10.5l1.5 1.5 3-3M7.5 15h5",
  tasks: "M3.5 5.5 5 7l2.5-3M3.5 13.5 5 15l2.5-3M10.5 5.5H17M10.5 13.5H17",
  audit: "M4 3h9.5v14H4zM13.5 6H16v11h-2.5M6.5 6.5H11M6.5 9.5H11M6.5 12.5H9",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  search: "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4",
  light:
    "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  dark: "M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z",
  auto: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 3v14M10 6l4.5-.8M10 9.5h6.9M10 13h6.2M10 16l3.5-.5",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  close: "M5 5l10 10M15 5 5 15",
  check: "M4 10.5 8 14.5 16 5.5",
  cross: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  warning: "M10 3 2.5 16.5h15zM10 8.5v3.5M10 14.3v.01",
  question: "M7 7.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M10 15.5v.01",
  chevron: "M7.5 4.5 13 10l-5.5 5.5",
  down: "M4.5 7.5 10 13l5.5-5.5",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4l2.8 1.8",
  person: "M10 3.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 16.5c.600-3 3-4.5 6-4.5s5.4 1.5 6 4.5",
  leave: "M8 3.5H4v13h4M12.5 6.5 16 10l-3.5 3.5M16 10H8",
  again: "M16.5 10a6.5 6.5 0 1 1-2-4.7l2 1.9M16.5 3.5v3.7h-3.7",
  window: "M3 4.5h14v12H3zM3 8.5h14M7 2.5v3M13 2.5v3",
  keyboard: "M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.7h7",
} as const;

export type IconName = keyof typeof strokes;

/** An icon beside a word: it says nothing that the word does not. */
export const Icon = ({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    width={size}
    height={size}
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.5"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={strokes[name]} />
  </svg>
);
