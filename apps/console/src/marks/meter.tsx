import classes from "./meter.module.css";

type Meter = {
  /** Share of one; above one it is full, and says so by its colour. */
  readonly value: number;
  readonly label: string;
  readonly warnAt?: number;
  readonly badAt?: number;
  /** Where something else than the figure decides. */
  readonly tone?: "plain" | "warn" | "bad";
};

/** How full something is, as a bar. The figure itself stands beside it in words. */
export const Meter = ({ value, label, warnAt = 0.8, badAt = 0.9, tone: given }: Meter) => {
  const tone = given ?? (value >= badAt ? "bad" : value >= warnAt ? "warn" : "plain");
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw a meter element each in their own way
    <span
      className={classes.meter}
      data-tone={tone}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(Math.min(1, Math.max(0, value)) * 100)}
    >
      <span className={classes.fill} style={{ transform: `scaleX(${Math.min(1, Math.max(0, value))})` }} />
    </span>
  );
};
