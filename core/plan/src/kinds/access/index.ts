import { acl } from "./acl.ts";
import { group } from "./group.ts";
import { pool } from "./pool.ts";
import { realm } from "./realm.ts";
import { role } from "./role.ts";
import { token } from "./token.ts";
import { user } from "./user.ts";

export const accessKinds = { pool, realm, role, group, user, token, acl } as const;
