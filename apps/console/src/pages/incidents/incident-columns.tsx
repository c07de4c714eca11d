import { Link } from "@tanstack/react-router";
import type { Api } from "../../api/client.ts";
import type { Field } from "../../filter/field.ts";
import { Ago } from "../../live/ago.tsx";
import { incidentSaid } from "../../marks/alert-words.ts";
import { Mark } from "../../marks/mark.tsx";
import { alertSeverityWords } from "../../marks/words.ts";
import { addressOf } from "../../subjects/addresses.ts";
import type { Column } from "../../table/column.ts";

type Brief = Api<"IncidentBrief">;

const standing: Readonly<Record<Brief["state"], number>> = { open: 0, calm: 1, closed: 2 };
const gravity: Readonly<Record<Brief["severity"], number>> = { critical: 0, warning: 1 };

export const incidentColumns = (cluster: string): readonly Column<Brief>[] => [
  {
    id: "state",
    title: "State",
    about: "calm: nothing of it fires any more; closing is up to a person",
    width: 5.5,
    fixed: true,
    sort: ({ state }) => standing[state],
    cell: (incident) => {
      const { tone, word } = incidentSaid(incident);
      return <Mark tone={tone}>{word}</Mark>;
    },
  },
  {
    id: "subject",
    title: "About",
    width: 11,
    grow: 2,
    fixed: true,
    sort: ({ subject }) => subject,
    cell: ({ id, subject }) => (
      <Link to={addressOf.incident(cluster, id)} tabIndex={-1}>
        {subject}
      </Link>
    ),
  },
  {
    id: "severity",
    title: "Severity",
    width: 6.5,
    wide: true,
    sort: ({ severity }) => gravity[severity],
    cell: ({ severity }) => <Mark tone={alertSeverityWords[severity].tone}>{alertSeverityWords[severity].word}</Mark>,
  },
  {
    id: "procedure",
    title: "Response",
    width: 9,
    grow: 1,
    wide: true,
    sort: ({ procedure }) => procedure,
    cell: ({ procedure }) => procedure ?? "–",
  },
  {
    id: "firing",
    title: "Firing",
    about: "alerts of it that fire now",
    width: 5.5,
    end: true,
    wide: true,
    sort: ({ firing }) => firing,
    cell: ({ firing }) => firing,
  },
  {
    id: "opened",
    title: "Opened",
    width: 8,
    end: true,
    sort: ({ opened }) => opened,
    cell: ({ opened }) => <Ago at={opened} />,
  },
  {
    id: "since",
    title: "So since",
    about: "when it came to be open, calm or closed",
    width: 8,
    end: true,
    wide: true,
    sort: ({ since }) => since,
    cell: ({ since }) => <Ago at={since} />,
  },
];

/** By what incidents are filtered. */
export const incidentFields: readonly Field<Brief>[] = [
  {
    kind: "word",
    key: "state",
    about: "how it stands",
    of: ({ state }) => state,
    values: ["open", "calm", "closed"],
  },
  { kind: "word", key: "about", about: "what it is about", of: ({ subject }) => subject, searched: true },
  {
    kind: "word",
    key: "severity",
    about: "how grave it is or was",
    of: ({ severity }) => severity,
    values: ["critical", "warning"],
  },
  {
    kind: "word",
    key: "procedure",
    about: "what answers it",
    of: ({ procedure }) => procedure ?? [],
    searched: true,
  },
  { kind: "number", key: "firing", about: "alerts of it that fire now", unit: "count", of: ({ firing }) => firing },
];

export const incidentExamples: readonly (readonly [filter: string, about: string])[] = [
  ["-state:closed", "nobody closed it yet"],
  ["severity:critical", "grave"],
  ["state:calm", "over, and to be closed"],
];
