import { ActionIcon, Menu } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ask } from "../api/client.ts";
import { read } from "../api/read.ts";
import { Icon } from "./icon.tsx";

/** Ends the session here, and shows nothing that it let see any longer. */
export const useSignOut = (): (() => Promise<void>) => {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    // Whoever is signed out already is where he wants to be.
    await ask("signOut", {}).catch(() => undefined);
    await navigate({ to: "/sign-in" });
    queries.clear();
  };
};

export const AccountMenu = ({ openHelp }: { readonly openHelp: () => void }) => {
  const { data } = useQuery(read("getSession", {}));
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Account ${data?.name ?? ""}`}>
          <Icon name="person" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {data?.name}: {data?.roles.join(", ")}
        </Menu.Label>
        {data?.heldBack === undefined ? null : (
          <Menu.Label>
            Without {data.heldBack.roles.join(", ")}: {data.heldBack.why}
          </Menu.Label>
        )}
        <Menu.Item leftSection={<Icon name="keyboard" size={16} />} rightSection="?" onClick={openHelp}>
          Keyboard
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="audit" size={16} />} component="a" href="/api/docs">
          The API
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="leave" size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
