import { wholeMoment } from "../figures/moment.ts";
import { span } from "../figures/span.ts";
import { useNow } from "./use-now.ts";

/** How long ago an instant was, with the instant itself in its title. Epoch milliseconds. */
export const Ago = ({ at }: { readonly at: number }) => {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={wholeMoment(at)}>
      {now - at < 2000 ? "just now" : `${span(now - at)} ago`}
    </time>
  );
};
