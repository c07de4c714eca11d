import type { ReactNode } from "react";
import mark from "../shell/orrery.svg";
import classes from "./entry-card.module.css";
import { Orbits } from "./orbits.tsx";

/** What stands on the pages before the console: the name of the thing, and one form. */
export const EntryCard = ({
  title,
  about,
  children,
}: {
  readonly title: string;
  readonly about: string;
  readonly children: ReactNode;
}) => (
  <main className={classes.page}>
    <Orbits />
    <div className={classes.card}>
      <p className={classes.brand}>
        <img src={mark} alt="" width="30" height="30" />
        Orrery
      </p>
      <h1 className={classes.title}>{title}</h1>
      <p className={classes.about}>{about}</p>
      {children}
    </div>
  </main>
);
