import classes from "./loading.module.css";

/** Holds the place of something for as long as it is asked for: as many lines as it will have, so that nothing jumps. */
export const Loading = ({ lines = 4, label = "Loading" }: { readonly lines?: number; readonly label?: string }) => (
  <div className={classes.loading} role="status" aria-label={label}>
    {Array.from({ length: lines }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines are nothing but their number
      <span key={index} className={classes.line} data-length={index % 4} />
    ))}
  </div>
);
