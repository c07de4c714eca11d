/** The privileges of PVE 9; 8.4 has VM.Monitor and lacks those that came with 9. Mirrors AccessControl in pve-access-control. */
const groups = {
  vm: "VM.Allocate VM.Audit VM.Backup VM.Clone VM.Config.CDROM VM.Config.CPU VM.Config.Cloudinit VM.Config.Disk VM.Config.HWType VM.Config.Memory VM.Config.Network VM.Config.Options VM.Console VM.GuestAgent.Audit VM.GuestAgent.FileRead VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.GuestAgent.Unrestricted VM.Migrate VM.PowerMgmt VM.Replicate VM.Snapshot VM.Snapshot.Rollback",
  sys: "Sys.AccessNetwork Sys.Audit Sys.Console Sys.Incoming Sys.Modify Sys.PowerMgmt Sys.Syslog",
  datastore: "Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit",
  sdn: "SDN.Allocate SDN.Audit SDN.Use",
  access: "Group.Allocate Permissions.Modify Pool.Allocate Pool.Audit Realm.Allocate Realm.AllocateUser User.Modify",
  mapping: "Mapping.Audit Mapping.Modify Mapping.Use",
} as const;

/** Every privilege, in the order of the alphabet. */
export const privileges: ReadonlySet<string> = new Set(
  Object.values(groups)
    .flatMap((names) => names.split(" "))
    .toSorted(),
);
