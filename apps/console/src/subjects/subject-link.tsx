import { KnownLink } from "../shell/known-link.tsx";
import { addressOf } from "./addresses.ts";

type SubjectLink = {
  readonly cluster: string;
  /** `node pve1`, `guest web1`: as alerts, incidents and findings say it. */
  readonly subject: string;
  /** Labels of an alert, by which a guest's number is known. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly className?: string;
};

const hrefOf = (cluster: string, subject: string, labels: Readonly<Record<string, string>>): string | undefined => {
  const vmid = /^(?:qemu|lxc)\/(\d+)$/.exec(labels.id ?? "")?.[1];
  if (vmid !== undefined) return addressOf.guest(cluster, Number(vmid));
  const node = /^node (\S+)$/.exec(subject)?.[1];
  return node === undefined ? undefined : addressOf.node(cluster, node);
};

/** What something is about, and the way to its page where it has one. */
export const SubjectLink = ({ cluster, subject, labels = {}, className }: SubjectLink) => {
  const href = hrefOf(cluster, subject, labels);
  return href === undefined ? (
    <span className={className}>{subject}</span>
  ) : (
    <KnownLink href={href} className={className}>
      {subject}
    </KnownLink>
  );
};
