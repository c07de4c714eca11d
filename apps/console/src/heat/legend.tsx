import classes from "./heat-map.module.css";
import type { Heat } from "./heat-map.tsx";

/** What each colour and sign of a heat map means. */
export const Legend = ({ items }: { readonly items: readonly (readonly [heat: Heat, word: string])[] }) => (
  <ul className={classes.legend} aria-label="Legend">
    {items.map(([heat, word]) => (
      <li key={heat}>
        <span className={classes.swatch} data-heat={heat} aria-hidden="true" />
        {word}
      </li>
    ))}
  </ul>
);
