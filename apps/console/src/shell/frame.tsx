import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useLiveUpdates } from "../live/live-updates.ts";
import { useCluster } from "../routes/use-cluster.ts";
import { AccountMenu } from "./account-menu.tsx";
import { ClusterSwitch } from "./cluster-switch.tsx";
import classes from "./frame.module.css";
import { Icon } from "./icon.tsx";
import { KeyboardHelp } from "./keyboard-help.tsx";
import { LiveMark } from "./live-mark.tsx";
import { Navigation } from "./navigation.tsx";
import mark from "./orrery.svg";
import { Palette } from "./palette.tsx";
import { SchemeSwitch } from "./scheme-switch.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { useTitle } from "./title.ts";

/** What stands around every page of a cluster. */
export const Frame = () => {
  const cluster = useCluster();
  const { pathname } = useLocation();
  const [menu, { open: openMenu, close: closeMenu }] = useDisclosure(false);
  const [palette, { open: openPalette, close: closePalette }] = useDisclosure(false);
  const [help, { open: openHelp, close: closeHelp }] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const seen = useRef(pathname);
  useLiveUpdates(cluster);
  useShortcuts({ cluster, openPalette, openHelp });
  useTitle(cluster);
  // Whoever reads with the keyboard or a screen reader begins at the top of the new page.
  useEffect(() => {
    if (seen.current === pathname) return;
    seen.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <div className={classes.frame}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <header className={classes.bar}>
        <ActionIcon variant="subtle" color="gray" className={classes.menu} aria-label="Pages" onClick={openMenu}>
          <Icon name="menu" />
        </ActionIcon>
        <span className={classes.brand}>
          <img src={mark} alt="" width="24" height="24" />
          <span className={classes.word}>Orrery</span>
        </span>
        <ClusterSwitch cluster={cluster} />
        <LiveMark cluster={cluster} />
        <span className={classes.gap} />
        <button type="button" className={classes.search} onClick={openPalette}>
          <Icon name="search" size={16} />
          <span className={classes.searchWord}>Search or jump to</span>
          <kbd className={classes.kbd}>Ctrl K</kbd>
        </button>
        <SchemeSwitch />
        <AccountMenu openHelp={openHelp} />
      </header>
      <aside className={classes.side}>
        <Navigation />
      </aside>
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <Outlet />
      </main>
      <Drawer opened={menu} onClose={closeMenu} size="16rem" title="Pages" closeButtonProps={{ "aria-label": "Close" }}>
        <Navigation onGo={closeMenu} />
      </Drawer>
      <Palette cluster={cluster} opened={palette} onClose={closePalette} openHelp={openHelp} />
      <KeyboardHelp opened={help} onClose={closeHelp} />
    </div>
  );
};
