import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Reply } from "../../api/client.ts";
import { read } from "../../api/read.ts";
import { AlertsAbout } from "../../detail/alerts-about.tsx";
import { type ChartOf, Charts } from "../../detail/charts.tsx";
import { Detail, None } from "../../detail/detail.tsx";
import { Facts } from "../../detail/facts.tsx";
import { FindingsAbout } from "../../detail/findings-about.tsx";
import { Items } from "../../detail/items.tsx";
import { Strip } from "../../detail/strip.tsx";
import { TasksAbout } from "../../detail/tasks-about.tsx";
import { share } from "../../figures/share.ts";
import { size } from "../../figures/size.ts";
import { span } from "../../figures/span.ts";
import { Ago } from "../../live/ago.tsx";
import { guestSaid } from "../../marks/guest-words.ts";
import { Mark } from "../../marks/mark.tsx";
import { Tags } from "../../marks/tags.tsx";
import { KnownLink } from "../../shell/known-link.tsx";
import { PageHead } from "../../shell/page-head.tsx";
import { Panel } from "../../shell/panel.tsx";
import { Shown } from "../../states/shown.tsx";
import { addressOf } from "../../subjects/addresses.ts";
import { Backups } from "./backups.tsx";
import { disksOf, macOf, networkCardsOf, restOf } from "./hardware.ts";
import { HighAvailability } from "./high-availability.tsx";

type Whole = Reply<"getGuest">;

const route = getRouteApi("/c/$cluster/guests/$vmid");

const chartsOf = (id: string, memory: number | undefined): readonly ChartOf[] => {
  const labels = { id };
  return [
    { title: "CPU in use", unit: "share", drawn: [{ metric: "pve_cpu_usage_ratio", labels, name: "CPU" }] },
    {
      title: "Memory in use",
      unit: "bytes",
      drawn: [{ metric: "pve_memory_usage_bytes", labels, name: "Memory" }],
      ...(memory === undefined ? {} : { thresholds: [{ value: memory, tone: "warn", name: "given" }] }),
    },
    {
      title: "Disk",
      unit: "bytes/s",
      drawn: [
        { metric: "pve_disk_read_bytes_total", labels, name: "read", reading: "rate" },
        { metric: "pve_disk_written_bytes_total", labels, name: "written", reading: "rate" },
      ],
    },
    {
      title: "Network",
      unit: "bytes/s",
      drawn: [
        { metric: "pve_network_receive_bytes_total", labels, name: "received", reading: "rate" },
        { metric: "pve_network_transmit_bytes_total", labels, name: "sent", reading: "rate" },
      ],
    },
  ];
};

const GuestCharts = ({ id, memory }: { readonly id: string; readonly memory: number | undefined }) => {
  const charts = useMemo(() => chartsOf(id, memory), [id, memory]);
  return <Charts charts={charts} />;
};

const Configuration = ({ whole: { config, pending, configAt, unknown } }: { readonly whole: Whole }) => {
  if (config === undefined)
    return (
      <Panel title="Configuration">
        <None>{unknown ?? "It was not read yet."}</None>
      </Panel>
    );
  const waiting = Object.entries(pending ?? {});
  return (
    <>
      <Panel title="Disks">
        {disksOf(config).length === 0 ? (
          <None>It has none.</None>
        ) : (
          <Facts
            facts={disksOf(config).map(({ key, options, value }) => [
              key,
              options[""] === undefined
                ? value
                : `${options[""]}${options.size === undefined ? "" : `, ${options.size}`}`,
            ])}
          />
        )}
      </Panel>
      <Panel title="Network cards">
        {networkCardsOf(config).length === 0 ? (
          <None>It has none.</None>
        ) : (
          <Facts
            facts={networkCardsOf(config).map((card) => {
              const { bridge, tag, ip, firewall } = card.options;
              return [
                card.key,
                [
                  bridge,
                  tag === undefined ? undefined : `VLAN ${tag}`,
                  macOf(card),
                  ip,
                  firewall === "1" ? "firewall" : undefined,
                ]
                  .filter((one) => one !== undefined)
                  .join(", "),
              ];
            })}
          />
        )}
      </Panel>
      <Panel title="Configuration" aside={configAt === undefined ? undefined : <Ago at={configAt} />}>
        {waiting.length === 0 ? null : (
          <None>Waits for the next start: {waiting.map(([key, value]) => `${key}: ${value}`).join("; ")}</None>
        )}
        <Facts facts={restOf(config)} />
      </Panel>
    </>
  );
};

const Told = ({ whole, cluster }: { readonly whole: Whole; readonly cluster: string }) => {
  const { guest, snapshots } = whole;
  const { vmid, kind, node, figures, cpus, memory, disk, ha, pool, tags } = guest;
  const { tone, word } = guestSaid(guest);
  const id = `${kind}/${vmid}`;
  return (
    <>
      <PageHead
        title={guest.name ?? String(vmid)}
        about={
          <>
            {kind === "qemu" ? "Virtual machine" : "Container"} {vmid} on{" "}
            <KnownLink href={addressOf.node(cluster, node)}>{node}</KnownLink>
            {pool === undefined ? null : `, pool ${pool}`} <Tags tags={tags} />
          </>
        }
      >
        <Mark tone={tone} filled>
          {word}
        </Mark>
      </PageHead>
      <Detail
        top={
          <Strip
            figures={[
              {
                name: "CPU",
                figure: figures === undefined ? undefined : share(figures.cpu),
                part: figures?.cpu,
                about: cpus === undefined ? undefined : `of ${cpus}`,
              },
              {
                name: "Memory",
                figure: figures === undefined ? undefined : size(figures.memory),
                part: figures === undefined || memory === undefined ? undefined : figures.memory / memory,
                about: memory === undefined ? undefined : `of ${size(memory)}`,
                warnAt: 0.9,
                badAt: 0.97,
              },
              {
                name: "Disk",
                figure: disk === undefined ? undefined : size(disk),
                about: "size, as the cluster lists it",
              },
              {
                name: "Up",
                figure: figures === undefined ? undefined : span(figures.uptime * 1000),
                about: "since its start",
              },
              { name: "HA", figure: ha ?? "no", about: ha === undefined ? "not a resource of HA" : "HA manager" },
              {
                name: "Snapshots",
                figure: snapshots === undefined ? undefined : String(snapshots.length),
                about: snapshots?.at(-1),
              },
            ]}
          />
        }
        left={
          <>
            <GuestCharts id={id} memory={memory} />
            <Backups id={id} />
            <HighAvailability vmid={vmid} kind={kind} ha={ha} />
            {snapshots === undefined || snapshots.length === 0 ? null : (
              <Panel title="Snapshots">
                <Items items={snapshots.map((name) => ({ key: name, text: name }))} />
              </Panel>
            )}
            <TasksAbout id={String(vmid)} />
          </>
        }
        right={
          <>
            <AlertsAbout isAbout={(labels) => labels.id === id} />
            {guest.name === undefined ? null : <FindingsAbout name={guest.name} />}
            <Configuration whole={whole} />
          </>
        }
      />
    </>
  );
};

export const Guest = () => {
  const { cluster, vmid } = route.useParams();
  const guest = useQuery(read("getGuest", { path: { cluster, vmid: Number(vmid) } }));
  return <Shown query={guest}>{(whole) => <Told key={whole.guest.vmid} whole={whole} cluster={cluster} />}</Shown>;
};
