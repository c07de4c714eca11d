import { Button } from "@mantine/core";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { PageHead } from "../shell/page-head.tsx";
import classes from "./page-failed.module.css";

/** A file of the page is not there any more: the server has a newer console than this window. */
const isOutdated = (message: string): boolean => /dynamically imported module|module script/i.test(message);

/** A page that broke. The rest of the console goes on. */
export const PageFailed = ({ error, reset }: ErrorComponentProps) => {
  const router = useRouter();
  const message = error instanceof Error ? error.message : String(error);
  const outdated = isOutdated(message);
  const again = (): void => {
    if (outdated) location.reload();
    reset();
    void router.invalidate();
  };
  return (
    <div className={classes.page}>
      <PageHead
        title={outdated ? "The console was built anew" : "This page broke"}
        about={outdated ? "This window has an older one." : message}
      />
      <Button size="xs" variant="default" onClick={again}>
        {outdated ? "Load it anew" : "Try again"}
      </Button>
    </div>
  );
};
