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
  const [, params, found] = router.getMatchedRoutes(href.split(/[?#]/, 1)[0] ?? href);
  // What is left over of the address stands behind "**": then it is a page that has it only as its beginning.
  const isKnown = found !== undefined && params["**"] === undefined;
  return !isKnown ? (
    <span {...given}>{children}</span>
  ) : (
    <Link to={href} {...given}>
      {children}
    </Link>
  );
};
