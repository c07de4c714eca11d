import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./dialog.module.css";

type Dialog = {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
};

/** Asks for something above the page, until it is closed. Its head is no landmark: the page has one already. */
export const Dialog = ({ title, close, children }: Dialog) => (
  <Modal.Root opened onClose={close} size="lg">
    <Modal.Overlay />
    <Modal.Content>
      <div className={classes.head}>
        <Modal.Title className={classes.title}>{title}</Modal.Title>
        <Modal.CloseButton aria-label="Close" />
      </div>
      <Modal.Body>{children}</Modal.Body>
    </Modal.Content>
  </Modal.Root>
);
