import { Link } from "@tanstack/react-router";
import { PageHead } from "../shell/page-head.tsx";
import classes from "./page-failed.module.css";

export const NoSuchPage = () => (
  <div className={classes.page}>
    <PageHead title="There is no such page" about="Nothing of this console stands at this address." />
    <Link to="/">To the overview</Link>
  </div>
);
