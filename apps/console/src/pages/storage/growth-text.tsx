import { size } from "../../figures/size.ts";
import { Mark } from "../../marks/mark.tsx";
import { daysUntilFull, type Growth } from "./growth.ts";

/** `+3.2 GiB a day`. */
export const growthText = (growth: Growth | undefined): string =>
  growth?.kind === "known" ? `${growth.perDay > 0 ? "+" : ""}${size(growth.perDay)} a day` : "unknown";

/** Further away than this it says nothing of use. Days. */
const horizon = 730;

/** When it is full if it goes on as it did. */
export const FullIn = ({
  growth,
  free,
}: {
  readonly growth: Growth | undefined;
  readonly free: number | undefined;
}) => {
  if (growth?.kind !== "known" || free === undefined)
    return <span title={growth?.kind === "unknown" ? growth.why : undefined}>unknown</span>;
  const days = daysUntilFull(growth, free);
  if (days === undefined || days > horizon) return <span>not in sight</span>;
  const text = days < 1 ? "within a day" : `in ${Math.floor(days)} days`;
  return days < 30 ? <Mark tone={days < 7 ? "bad" : "warn"}>{text}</Mark> : <span>{text}</span>;
};
