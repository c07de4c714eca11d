/** So many lines have a colour of their own; more begin again. */
const own = 6;

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The colours of the page as it is now, for what is drawn on a canvas. */
export const colours = () => ({
  series: (index: number): string => token(`--series-${index % own}`),
  ink: token("--ink-soft"),
  line: token("--line"),
  warn: token("--warn-fill"),
  bad: token("--bad-fill"),
  font: `12px ${token("--font")}`,
});

/** The same colour in the page's own words, for what is drawn with elements. */
export const seriesColour = (index: number): string => `var(--series-${index % own})`;
