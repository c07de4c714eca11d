import { Link } from "@tanstack/react-router";
import { useCluster } from "../routes/use-cluster.ts";
import { Icon } from "./icon.tsx";
import { useKnownPages } from "./known-pages.ts";
import classes from "./navigation.module.css";

/** The pages of the cluster. `onGo` is told when one was chosen. */
export const Navigation = ({ onGo }: { readonly onGo?: () => void }) => {
  const cluster = useCluster();
  const pages = useKnownPages().filter(({ page }) => page.order !== undefined);
  return (
    <nav aria-label="Pages" className={classes.pages}>
      {pages.map(({ id, page, href }) =>
        href === undefined ? null : (
          <Link
            key={id}
            to={href(cluster)}
            className={classes.page}
            activeProps={{ className: classes.here, "aria-current": "page" }}
            activeOptions={{ exact: page.order === 10, includeSearch: false }}
            onClick={() => onGo?.()}
          >
            <Icon name={page.icon} />
            <span>{page.title}</span>
          </Link>
        ),
      )}
    </nav>
  );
};
