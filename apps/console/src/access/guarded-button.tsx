import { Button, type ButtonProps, Tooltip } from "@mantine/core";

type GuardedButton = ButtonProps & {
  /** Why it cannot be pressed; undefined where it can. */
  readonly denied: string | undefined;
  readonly onClick?: () => void;
  readonly type?: "button" | "submit";
};

/** A button that says why it does nothing for whoever may not press it. It keeps the focus, so that the reason is read. */
export const GuardedButton = ({ denied, onClick, type = "button", ...rest }: GuardedButton) =>
  denied === undefined ? (
    <Button type={type} {...rest} {...(onClick === undefined ? {} : { onClick })} />
  ) : (
    <Tooltip label={denied} multiline maw={320}>
      <Button type="button" aria-disabled data-disabled aria-description={denied} {...rest} />
    </Tooltip>
  );
