"""The life of a container, by token."""
import io

from session import check, has, login, refusal, task, with_token

root = login()
made = root.access.users("root@pam").token("ci").post(privsep=0)
has("a token is given once, with its secret", made, **{"full-tokenid": "root@pam!ci"})
api = with_token("root@pam", "ci", made["value"])
pve2 = api.nodes("pve2")

template = io.BytesIO(b"\0" * 4096)
template.name = "debian-12-standard_12.7-1_amd64.tar.zst"
check("a template is uploaded", task(api, pve2.storage("local").upload.post(content="vztmpl", filename=template)), "OK")
volid = "local:vztmpl/" + template.name
has("and listed", pve2.storage("local").content.get()[0], volid=volid, size=4096, content="vztmpl", format="tzst")

check("creation ends well", task(api, pve2.lxc.create(
    vmid=200, hostname="ct", ostemplate=volid, rootfs="local:2", memory=512, swap=256, unprivileged=1,
    net0="name=eth0,bridge=vmbr0,ip=dhcp", password="not-a-secret")), "OK")
config = pve2.lxc(200).config.get()
has("its configuration is what was asked for", config, hostname="ct", memory=512, swap=256, unprivileged=1,
    rootfs="local:200/vm-200-disk-0.raw,size=2G", ostype="debian", arch="amd64")
check("it starts", task(api, pve2.lxc(200).status.start.post()), "OK")
has("it runs", pve2.lxc(200).status.current.get(), status="running", vmid=200, name="ct", type="lxc")
check("its second start is refused", refusal(pve2.lxc(200).status.start.post), (500, "CT 200 already running"))
check("configuration is written at once", pve2.lxc(200).config.put(cores=2, description="box"), None)
has("and read back", pve2.lxc(200).config.get(), cores=2, description="box")
check("its root grows", task(api, pve2.lxc(200).resize.put(disk="rootfs", size="3G")), "OK")
check("and says so", pve2.lxc(200).config.get()["rootfs"].split(",")[-1], "size=3G")
check("raw files have no snapshots, as the task finds",
      task(api, pve2.lxc(200).snapshot.post(snapname="before")), "snapshot feature is not available")
check("it shuts down", task(api, pve2.lxc(200).status.shutdown.post(timeout=30)), "OK")
check("stopping what is stopped is refused", refusal(pve2.lxc(200).status.stop.post), (500, "CT 200 not running"))
check("it moves", task(api, pve2.lxc(200).migrate.post(target="pve3")), "OK")
pve3 = api.nodes("pve3")
check("its backup ends well", task(api, pve3.vzdump.post(vmid=200, compress="zstd", storage="local")), "OK")
archive = pve3.storage("local").content.get(content="backup")[0]["volid"]
check("it restores", task(api, pve3.lxc.create(vmid=201, ostemplate=archive, restore=1, storage="local")), "OK")
check("as it was", pve3.lxc(201).config.get()["hostname"], "ct")
check("a clone ends well", task(api, pve3.lxc(200).clone.post(newid=202, hostname="twin", full=1)), "OK")
for vmid in (200, 201, 202):
    check("%d goes" % vmid, task(api, pve3.lxc(vmid).delete(purge=1)), "OK")
check("so does the archive", task(api, pve3.storage("local").content(archive).delete()), "OK")
check("and the template", task(api, pve2.storage("local").content(volid).delete()), "OK")
check("a token cannot ask for a ticket", refusal(api.access.ticket.post, username="root@pam", password="x")[0], 403)
check("the token goes", root.access.users("root@pam").token("ci").delete(), None)
check("and opens nothing any more", refusal(api.version.get), (401, "Authentication failed!"))
