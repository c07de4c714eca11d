import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { Panel } from "../../shell/panel.tsx";
import classes from "./settings.module.css";

const schemes = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
] as const;

/** Light or dark, kept in this browser. */
export const Colours = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title="Colours">
      <SegmentedControl
        fullWidth
        aria-label="Colours"
        data={[...schemes]}
        value={colorScheme}
        onChange={(value) => setColorScheme(schemes.find((one) => one.value === value)?.value ?? "auto")}
      />
      <p className={classes.soft}>Kept in this browser.</p>
    </Panel>
  );
};
