/** The majors of Proxmox VE whose roles are known. */
type Release = "8.4" | "9.2";

const groups = {
  vm: {
    admin: [
      "VM.Allocate",
      "VM.Clone",
      "VM.Config.CPU",
      "VM.Config.Disk",
      "VM.Config.HWType",
      "VM.Config.Memory",
      "VM.Config.Network",
      "VM.Config.Options",
      "VM.Migrate",
      "VM.Snapshot",
      "VM.Snapshot.Rollback",
    ],
    user: ["VM.Backup", "VM.Config.CDROM", "VM.Config.Cloudinit", "VM.Console", "VM.PowerMgmt"],
    audit: ["VM.Audit"],
  },
  datastore: {
    admin: ["Datastore.Allocate", "Datastore.AllocateTemplate"],
    user: ["Datastore.AllocateSpace"],
    audit: ["Datastore.Audit"],
  },
  sdn: { admin: ["SDN.Allocate"], user: ["SDN.Use"], audit: ["SDN.Audit"] },
  mapping: { admin: ["Mapping.Modify"], user: ["Mapping.Use"], audit: ["Mapping.Audit"] },
  pool: { admin: ["Pool.Allocate"], audit: ["Pool.Audit"] },
  user: ["Group.Allocate", "Realm.AllocateUser", "User.Modify"],
  sys: ["Sys.Audit", "Sys.Console", "Sys.Syslog"],
  root: ["Permissions.Modify", "Realm.Allocate", "Sys.AccessNetwork", "Sys.Incoming", "Sys.Modify", "Sys.PowerMgmt"],
} as const;

/** What a release has beside the common privileges, by who gets them. */
const own: Record<
  Release,
  { readonly admin: readonly string[]; readonly user: readonly string[]; readonly audit: readonly string[] }
> = {
  "8.4": { admin: ["VM.Monitor"], user: [], audit: [] },
  "9.2": {
    admin: ["VM.GuestAgent.Unrestricted", "VM.Replicate"],
    user: ["VM.GuestAgent.FileRead", "VM.GuestAgent.FileSystemMgmt", "VM.GuestAgent.FileWrite"],
    audit: ["VM.GuestAgent.Audit"],
  },
};

/**
 * What each built-in role of Proxmox VE allows, sorted, as `GET /access/roles` tells it. 9.2 is held to the recording
 * `access-crud` under `test/conformance/recordings`. Mirrors `create_roles` of pve-access-control src/PVE/AccessControl.pm.
 */
export const builtInRolesOf = (release: Release): Readonly<Record<string, readonly string[]>> => {
  const { vm, datastore, sdn, mapping, pool, user, sys, root } = groups;
  const vmAudit = [...vm.audit, ...own[release].audit];
  const vmUser = [...vm.user, ...own[release].user, ...vmAudit];
  const vmAdmin = [...vm.admin, ...own[release].admin, ...vmUser];
  const store = [...datastore.admin, ...datastore.user, ...datastore.audit];
  const nets = [...sdn.admin, ...sdn.user, ...sdn.audit];
  const pools = [...pool.admin, ...pool.audit];
  const maps = [...mapping.user, ...mapping.audit];
  const most = [...vmAdmin, ...store, ...nets, ...pools, ...maps, ...user, ...sys];
  const table: Record<string, readonly string[]> = {
    Administrator: [...most, ...root, ...mapping.admin],
    NoAccess: [],
    PVEAdmin: most,
    PVEAuditor: [...vmAudit, ...datastore.audit, ...sdn.audit, ...mapping.audit, ...pool.audit, "Sys.Audit"],
    PVEDatastoreAdmin: store,
    PVEDatastoreUser: [...datastore.user, ...datastore.audit],
    PVEMappingAdmin: [...mapping.admin, ...maps],
    PVEMappingUser: maps,
    PVEPoolAdmin: pools,
    PVEPoolUser: pool.audit,
    PVESDNAdmin: nets,
    PVESDNUser: [...sdn.user, ...sdn.audit],
    PVESysAdmin: sys,
    PVETemplateUser: ["VM.Audit", "VM.Clone"],
    PVEUserAdmin: user,
    PVEVMAdmin: vmAdmin,
    PVEVMUser: vmUser,
  };
  return Object.fromEntries(Object.entries(table).map(([name, privileges]) => [name, privileges.toSorted()]));
};

/** Those of 9.2. */
export const builtInRoles = builtInRolesOf("9.2");
