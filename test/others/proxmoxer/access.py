"""Users, groups, roles, pools, storage and who may do what."""
from proxmoxer.backends.https import AuthenticationError

from session import check, has, login, refusal, task, with_token

root = login()
for user, password in (("root@pam", "wrong"), ("nobody@pam", "wrong"), ("root@nosuch", "wrong")):
    try:
        login(user, password)
        check("%s is let in with a wrong password" % user, False)
    except AuthenticationError as error:
        check("%s is not let in with a wrong password" % user, "Couldn't authenticate user" in str(error))

root.access.groups.post(groupid="operators", comment="they operate")
root.access.users.post(userid="alice@pve", password="wonderland", groups="operators", email="alice@example.test")
root.access.roles.post(roleid="Starter", privs="VM.Audit,VM.PowerMgmt")
root.pools.post(poolid="lab", comment="the lab")
root.access.acl.put(path="/pool/lab", roles="Starter", groups="operators")
has("the user is there", root.access.users("alice@pve").get(), enable=1, groups=["operators"], email="alice@example.test")
has("the group has her", root.access.groups("operators").get(), members=["alice@pve"], comment="they operate")
check("the rule is there", [(row["path"], row["ugid"], row["roleid"], row["type"]) for row in root.access.acl.get()],
      [("/pool/lab", "operators", "Starter", "group")])
check("a second user of that name is refused", refusal(root.access.users.post, userid="alice@pve"),
      (500, "create user failed: user 'alice@pve' already exists"))

pve3 = root.nodes("pve3")
for vmid in (300, 301):
    check("%d is made" % vmid, task(root, pve3.qemu.create(vmid=vmid, memory=512, pool="lab" if vmid == 300 else None)), "OK")
check("the pool has one of them", [row["vmid"] for row in root.pools("lab").get()["members"]], [300])

alice = login("alice@pve", "wonderland")
check("she sees what she may see", [row["vmid"] for row in alice.cluster.resources.get(type="vm")], [300])
check("she starts hers", task(alice, alice.nodes("pve3").qemu(300).status.start.post()), "OK")
check("not the other", refusal(alice.nodes("pve3").qemu(301).status.start.post),
      (403, "Permission check failed (/vms/301, VM.PowerMgmt)"))
check("she may not change hers", refusal(alice.nodes("pve3").qemu(300).config.put, cores=2)[0], 403)
check("nor create", refusal(alice.nodes("pve3").qemu.create, vmid=302)[0], 403)
check("nor make users", refusal(alice.access.users.post, userid="bob@pve")[0], 403)
check("she knows her rights", alice.access.permissions.get(path="/vms/300"), {"/vms/300": {"VM.Audit": 0, "VM.PowerMgmt": 0}})
check("she sees no task of others", {row["user"] for row in alice.cluster.tasks.get()}, {"alice@pve"})

made = alice.access.users("alice@pve").token("bot").post(privsep=1)
bot = with_token("alice@pve", "bot", made["value"])
check("a separated token has no rights of hers", bot.cluster.resources.get(type="vm"), [])
root.access.acl.put(path="/vms/300", roles="Starter", tokens="alice@pve!bot")
check("until it is given them", [row["vmid"] for row in bot.cluster.resources.get(type="vm")], [300])
has("and changes with it", bot.nodes("pve3").qemu(300).status.current.get(), status="running")

check("she changes her password", alice.access.password.put(userid="alice@pve", password="looking-glass",
                                                            **{"confirmation-password": "wonderland"}), None)
login("alice@pve", "looking-glass")
root.access.users("alice@pve").put(enable=0)
check("disabled, she is out at once", refusal(alice.cluster.resources.get), (401, "Authentication failed!"))

root.storage.post(storage="vault", type="dir", path="/mnt/vault", content="backup,iso", shared=1)
has("a storage is there", root.storage("vault").get(), type="dir", path="/mnt/vault", shared=1)
check("on each node", sorted(row["node"] for row in root.cluster.resources.get(type="storage") if row["storage"] == "vault"),
      ["pve1", "pve2", "pve3"])
root.storage("vault").put(content="backup")
check("its content is changed", root.storage("vault").get()["content"], "backup")
root.storage("vault").delete()
check("it is gone", refusal(root.storage("vault").get), (500, "storage 'vault' does not exist"))
check("a pool with members stays", refusal(root.pools("lab").delete), (500, "delete pool failed: pool 'lab' is not empty (contains VM 300)"))

check("300 stops", task(root, pve3.qemu(300).status.stop.post()), "OK")
for vmid in (300, 301):
    check("%d goes" % vmid, task(root, pve3.qemu(vmid).delete()), "OK")
root.pools("lab").delete()
root.access.users("alice@pve").delete()
root.access.groups("operators").delete()
root.access.roles("Starter").delete()
check("rules go with those they were for", root.access.acl.get(), [])
