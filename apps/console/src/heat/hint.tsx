import { Portal } from "@mantine/core";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import classes from "./heat-map.module.css";

/** Pixels between a cell and what is said of it, and between that and the edge of the window. */
const gap = 6;

/** What is said of a cell, beside it and within the window. `of`: the cell's id. */
export const Hint = ({ of, children }: { readonly of: string; readonly children: ReactNode }) => {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const [cell, own] = [document.getElementById(of), box.current];
    if (cell === null || own === null) return;
    const [at, size] = [cell.getBoundingClientRect(), own.getBoundingClientRect()];
    const left = Math.max(gap, Math.min(innerWidth - size.width - gap, at.left + at.width / 2 - size.width / 2));
    const below = at.bottom + gap;
    const top = below + size.height > innerHeight ? Math.max(gap, at.top - gap - size.height) : below;
    own.style.transform = `translate(${left}px, ${top}px)`;
  });
  return (
    <Portal>
      <div ref={box} className={classes.hint} role="tooltip">
        {children}
      </div>
    </Portal>
  );
};
