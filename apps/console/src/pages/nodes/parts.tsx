import type { ReactNode } from "react";
import type { Api } from "../../api/client.ts";
import { None } from "../../detail/detail.tsx";
import { Items } from "../../detail/items.tsx";
import { size } from "../../figures/size.ts";
import { Ago } from "../../live/ago.tsx";
import { Mark } from "../../marks/mark.tsx";
import { Panel } from "../../shell/panel.tsx";
import { certificateTone } from "./certificate-tone.ts";
import { rowsOf } from "./rows.ts";

type Row = Readonly<Record<string, unknown>>;
type PartOf = { readonly part: Api<"Observed"> | undefined };

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** A part of a node, or why it is not known. */
const NodePart = ({
  title,
  part,
  none,
  children,
}: PartOf & {
  readonly title: string;
  readonly none: string;
  readonly children: (rows: readonly Row[]) => ReactNode;
}) => {
  const rows = rowsOf(part);
  return (
    <Panel title={title} aside={part?.kind === "observed" ? <Ago at={part.at} /> : undefined}>
      {rows === undefined ? (
        <None>{part === undefined || part.kind === "observed" ? "It was not asked." : `Not known: ${part.why}`}</None>
      ) : rows.length === 0 ? (
        <None>{none}</None>
      ) : (
        children(rows)
      )}
    </Panel>
  );
};

const health = (given: unknown): ReactNode =>
  given === "PASSED" || given === "OK" ? (
    <Mark tone="good">{text(given)}</Mark>
  ) : given === undefined || given === "UNKNOWN" ? (
    <Mark tone="dim">health unknown</Mark>
  ) : (
    <Mark tone="bad">{text(given)}</Mark>
  );

export const Disks = ({ part }: PartOf) => (
  <NodePart title="Disks" part={part} none="It lists none.">
    {(rows) => (
      <Items
        items={rows.map(({ devpath, model, type, size: bytes, health: state, wearout, used }) => ({
          key: text(devpath),
          text: `${text(devpath)}, ${text(model)}`,
          more: [
            text(type),
            typeof bytes === "number" ? size(bytes) : undefined,
            used === undefined ? undefined : text(used),
            typeof wearout === "number" ? `${100 - wearout} % worn` : undefined,
          ]
            .filter((one) => one !== undefined && one !== "")
            .join(", "),
          aside: health(state),
        }))}
      />
    )}
  </NodePart>
);

export const Network = ({ part }: PartOf) => {
  const value = part?.kind === "observed" ? part.value : undefined;
  const interfaces =
    typeof value === "object" && value !== null && "interfaces" in value ? value.interfaces : undefined;
  const staged = typeof value === "object" && value !== null && "staged" in value;
  return (
    <NodePart
      title="Network"
      part={part?.kind === "observed" ? { ...part, value: interfaces } : part}
      none="It lists no interface."
    >
      {(rows) => (
        <>
          {staged ? <None>Changes wait until they are applied; they are shown as if they were.</None> : null}
          <Items
            items={rows.map(({ iface, type, cidr, active, bridge_ports: ports, slaves, bond_mode: mode }) => ({
              key: text(iface),
              text: text(iface),
              more: [text(type), text(cidr), text(ports), text(slaves), text(mode)]
                .filter((one) => one !== "")
                .join(", "),
              aside: active === 1 ? <Mark tone="good">active</Mark> : <Mark tone="plain">not active</Mark>,
            }))}
          />
        </>
      )}
    </NodePart>
  );
};

export const Certificates = ({ part, now }: PartOf & { readonly now: number }) => (
  <NodePart title="Certificates" part={part} none="It lists none.">
    {(rows) => (
      <Items
        items={rows.map(({ filename, notafter }) => {
          const days = typeof notafter === "number" ? Math.floor((notafter * 1000 - now) / 86_400_000) : undefined;
          return {
            key: text(filename),
            text: text(filename),
            aside:
              days === undefined ? (
                <Mark tone="dim">end unknown</Mark>
              ) : (
                <Mark tone={certificateTone(days)}>{days < 0 ? `ended ${-days} days ago` : `${days} days left`}</Mark>
              ),
          };
        })}
      />
    )}
  </NodePart>
);

export const Services = ({ part }: PartOf) => (
  <NodePart title="Services" part={part} none="It lists none.">
    {(rows) => {
      const down = rows.filter((row) => row["active-state"] !== "active" && row.state !== "running");
      const off = down.filter((row) => row["unit-state"] !== "enabled");
      const failed = down.filter((row) => !off.includes(row));
      return (
        <>
          {failed.length === 0 ? null : (
            <Items
              items={failed.map(({ name, desc, state }) => ({
                key: text(name),
                mark: <Mark tone="bad">{text(state)}</Mark>,
                text: text(name),
                more: text(desc),
              }))}
            />
          )}
          <None>
            {rows.length - down.length} of {rows.length} run
            {off.length === 0 ? "" : `; not enabled: ${off.map(({ name }) => text(name)).join(", ")}`}.
          </None>
        </>
      );
    }}
  </NodePart>
);

export const Updates = ({ part }: PartOf) => (
  <NodePart title="Updates" part={part} none="None wait.">
    {(rows) => (
      <Items
        items={rows.map((row) => ({
          key: text(row.Package),
          text: text(row.Package),
          aside: `${text(row.OldVersion)} to ${text(row.Version)}`,
        }))}
      />
    )}
  </NodePart>
);
