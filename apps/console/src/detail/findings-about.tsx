import { useQuery } from "@tanstack/react-query";
import { Refused } from "../api/client.ts";
import { read } from "../api/read.ts";
import { Mark } from "../marks/mark.tsx";
import { severityWords } from "../marks/words.ts";
import { useCluster } from "../routes/use-cluster.ts";
import { KnownLink } from "../shell/known-link.tsx";
import { Panel } from "../shell/panel.tsx";
import { Loading } from "../states/loading.tsx";
import { Shown } from "../states/shown.tsx";
import { addressOf } from "../subjects/addresses.ts";
import { names } from "./about.ts";
import { None } from "./detail.tsx";
import { Items } from "./items.tsx";

/** Findings that name a subject: those about it, then those in whose claim or reason it stands. */
export const FindingsAbout = ({ name }: { readonly name: string }) => {
  const cluster = useCluster();
  const query = useQuery(read("listFindings", { path: { cluster }, query: { limit: 10_000, waived: "false" } }));
  const undeclared = query.error instanceof Refused && query.error.code === "conflict";
  return (
    <Panel title="Findings" aside={<KnownLink href={addressOf.page(cluster, "findings")}>all findings</KnownLink>}>
      {undeclared ? (
        <None>No declaration is given for this cluster.</None>
      ) : (
        <Shown query={query} loading={<Loading lines={2} />}>
          {({ findings }) => {
            const own = findings.filter(({ subject }) => names(subject, name));
            const others = findings.filter(
              (one) => !own.includes(one) && (names(one.claim.text, name) || names(one.why, name)),
            );
            const found = [...own, ...others];
            if (found.length === 0) return <None>The declaration has none that name it.</None>;
            return (
              <Items
                items={found.slice(0, 12).map(({ rule, severity, subject, claim, why }) => ({
                  key: `${rule} ${subject} ${claim.text}`,
                  mark: <Mark tone={severityWords[severity].tone}>{severityWords[severity].word}</Mark>,
                  text: claim.text,
                  more: why,
                }))}
              />
            );
          }}
        </Shown>
      )}
    </Panel>
  );
};
