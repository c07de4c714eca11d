import classes from "./orbits.module.css";

const radii = [150, 236, 330, 434] as const;
const bodies = [
  [236, -0.5, 6],
  [330, 2.5, 9],
  [434, 0.32, 5],
  [150, 3.6, 4],
] as const;

/** An orrery, drawn behind the sign-in: ornament, and hidden from those who do not see it. */
export const Orbits = () => (
  <svg className={classes.orbits} viewBox="-460 -460 920 920" aria-hidden="true" focusable="false">
    {radii.map((radius) => (
      <circle key={radius} r={radius} className={classes.orbit} />
    ))}
    {bodies.map(([radius, angle, size]) => (
      <circle
        key={radius}
        cx={radius * Math.cos(angle)}
        cy={radius * Math.sin(angle)}
        r={size}
        className={classes.body}
      />
    ))}
  </svg>
);
