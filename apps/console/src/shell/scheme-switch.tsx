import { ActionIcon, Tooltip, useMantineColorScheme } from "@mantine/core";
import { Icon } from "./icon.tsx";

const next = { light: "dark", dark: "auto", auto: "light" } as const;
const words = { light: "Light", dark: "Dark", auto: "As the system has it" } as const;

/** Light, dark, or as the system has it. */
export const SchemeSwitch = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const label = `Colours: ${words[colorScheme].toLowerCase()}`;
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => setColorScheme(next[colorScheme])}>
        <Icon name={colorScheme} />
      </ActionIcon>
    </Tooltip>
  );
};
