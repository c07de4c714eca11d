import { Link, useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";

type KnownLink = {
  readonly href: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly title?: string | undefined;
};

/** A link where the console has a page at that address; its words alone where it has none. */
export const KnownLink = ({ href, children, className, title }: KnownLink) => {
  const router = useRouter();
  const given = { ...(className === undefined ? {} : { className }), ...(title === undefined ? {} : { title }) };
  const [, , foundRoute] = router.getMatchedRoutes(href.split(/[?#]/, 1)[0] ?? href);
  return foundRoute === undefined ? (
    <span {...given}>{children}</span>
  ) : (
    <Link to={href} {...given}>
      {children}
    </Link>
  );
};
