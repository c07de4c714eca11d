"""The life of a VM on a cluster of three nodes, by password."""
from session import check, has, log_of, login, refusal, task

api = login()
check("the version is one of PVE 9", api.version.get()["version"].startswith("9."))
check("three nodes are online", sorted((n["node"], n["status"]) for n in api.nodes.get()),
      [("pve1", "online"), ("pve2", "online"), ("pve3", "online")])
check("the cluster has quorum", [row["quorate"] for row in api.cluster.status.get() if row["type"] == "cluster"], [1])
check("the first free id is 100, as text", api.cluster.nextid.get(), "100")

pve1 = api.nodes("pve1")
check("creation ends well", task(api, pve1.qemu.create(
    vmid=100, name="web", memory=2048, cores=2, ostype="l26", scsihw="virtio-scsi-pci", kvm=0,
    scsi0="local:4,format=qcow2", net0="virtio,bridge=vmbr0", agent="enabled=1", tags="B;a")), "OK")
config = pve1.qemu(100).config.get()
has("its configuration is what was asked for", config,
    name="web", memory="2048", cores=2, agent="enabled=1", tags="a;b", scsi0="local:100/vm-100-disk-0.qcow2,size=4G")
check("it was given a MAC address", config["net0"].startswith("virtio=BC:24:11:"))
check("a second one of that id is refused", refusal(pve1.qemu.create, vmid=100),
      (500, "unable to create VM 100 - VM 100 already exists on node 'pve1'"))
check("nonsense is refused", refusal(pve1.qemu.create, vmid=101, memory="lots", nosuch=1),
      (400, "Parameter verification failed."))

check("configuration is written at once", pve1.qemu(100).config.put(description="hello world", onboot=1), None)
has("and read back", pve1.qemu(100).config.get(), description="hello world", onboot=1)
check("an old digest is refused", refusal(pve1.qemu(100).config.put, cores=4, digest="0" * 40),
      (500, "checksum mismatch (file change by other user?)"))

start = pve1.qemu(100).status.start.post()
check("its start ends well", task(api, start), "OK")
check("the log ends so, too", log_of(api, start)[-1], "TASK OK")
has("it runs", pve1.qemu(100).status.current.get(), status="running", qmpstatus="running", vmid=100, name="web")
has("the node lists it running", pve1.qemu.get()[0], vmid=100, status="running", name="web")
has("the cluster has it", api.cluster.resources.get(type="vm")[0], id="qemu/100", node="pve1")
check("its second start fails in the task", task(api, pve1.qemu(100).status.start.post()), "VM 100 already running")
check("it cannot be removed while it runs", refusal(pve1.qemu(100).delete),
      (500, "VM 100 is running - destroy failed"))
check("a pause holds it", [task(api, pve1.qemu(100).status.suspend.post()),
                           pve1.qemu(100).status.current.get()["qmpstatus"]], ["OK", "paused"])
check("and lets go", [task(api, pve1.qemu(100).status.resume.post()),
                      pve1.qemu(100).status.current.get()["qmpstatus"]], ["OK", "running"])

check("a snapshot ends well", task(api, pve1.qemu(100).snapshot.post(snapname="before", description="first")), "OK")
check("both are listed", sorted(row["name"] for row in pve1.qemu(100).snapshot.get()), ["before", "current"])
pve1.qemu(100).config.put(description="changed", cores=4)
check("the rollback ends well", task(api, pve1.qemu(100).snapshot("before").rollback.post()), "OK")
has("what was changed is back, but for the description", pve1.qemu(100).config.get(), cores=2, description="changed")
check("the snapshot goes", task(api, pve1.qemu(100).snapshot("before").delete()), "OK")
check("an unknown snapshot fails in the task",
      task(api, pve1.qemu(100).snapshot("nosuch").delete()), "snapshot 'nosuch' does not exist")

check("resizing is a task", task(api, pve1.qemu(100).resize.put(disk="scsi0", size="+1G")), "OK")
check("the disk is larger", pve1.qemu(100).config.get()["scsi0"].split(",")[-1], "size=5G")
check("shrinking fails in the task",
      task(api, pve1.qemu(100).resize.put(disk="scsi0", size="1G")), "shrinking disks is not supported")

if pve1.qemu(100).status.current.get()["status"] == "running":
    check("it stops", task(api, pve1.qemu(100).status.stop.post()), "OK")
check("a full clone ends well", task(api, pve1.qemu(100).clone.post(newid=110, name="copy", full=1)), "OK")
has("the clone has its own disk", pve1.qemu(110).config.get(), name="copy", memory="2048",
    scsi0="local:110/vm-110-disk-0.qcow2,size=5G")
check("it moves to another node with its disk",
      task(api, pve1.qemu(110).migrate.post(**{"target": "pve2", "with-local-disks": 1})), "OK")
check("and is there", [(row["vmid"], row["node"]) for row in api.cluster.resources.get(type="vm")],
      [(100, "pve1"), (110, "pve2")])
check("where it was it is no longer", refusal(pve1.qemu(110).config.get),
      (500, "Configuration file 'nodes/pve1/qemu-server/110.conf' does not exist"))

backup = pve1.vzdump.post(vmid=100, mode="stop", compress="zstd", storage="local", remove=0)
check("the backup ends well", task(api, backup), "OK")
archives = [row for row in pve1.storage("local").content.get(content="backup") if row["vmid"] == 100]
check("one archive is there", len(archives), 1)
has("it says what it is", archives[0], format="vma.zst", subtype="qemu", content="backup")
check("it restores as another VM", task(api, pve1.qemu.create(vmid=120, archive=archives[0]["volid"], unique=1)), "OK")
check("with another MAC address", pve1.qemu(120).config.get()["net0"] != config["net0"])
check("the archive can be removed", task(api, pve1.storage("local").content(archives[0]["volid"]).delete()), "OK")

check("a template is made of it", task(api, pve1.qemu(120).template.post()), "OK")
check("which does not start", task(api, pve1.qemu(120).status.start.post()), "you can't start a vm if it's a template")
check("a linked clone ends well", task(api, pve1.qemu(120).clone.post(newid=121, name="linked")), "OK")
check("it leans on the template", pve1.qemu(121).config.get()["scsi0"].startswith("local:120/base-120-disk-0.qcow2/121/"))

for vmid, node in ((121, "pve1"), (120, "pve1"), (110, "pve2"), (100, "pve1")):
    check("%d goes" % vmid, task(api, api.nodes(node).qemu(vmid).delete(purge=1)), "OK")
check("nothing is left", [api.cluster.resources.get(type="vm"), pve1.storage("local").content.get()], [[], []])
check("the tasks of it all are listed", {row["type"] for row in pve1.tasks.get(limit=500)} >= {
    "qmcreate", "qmstart", "qmsnapshot", "qmrollback", "qmclone", "qmigrate", "vzdump", "qmrestore", "qmtemplate", "qmdestroy"})
