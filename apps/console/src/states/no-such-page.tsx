import { Link } from "@tanstack/react-router";
import classes from "./page-failed.module.css";
import { Standing } from "./standing.tsx";

export const NoSuchPage = () => (
  <div className={classes.page}>
    <Standing icon="question" title="There is no such page" action={<Link to="/">To the overview</Link>}>
      Nothing of this console stands at this address.
    </Standing>
  </div>
);
