import { EntryCard } from "./entry-card.tsx";

export const NoCluster = () => (
  <EntryCard title="No cluster yet" about="This server watches none that you may see.">
    <p>
      Name one in the server's settings, or start it with <code>orrery serve --twin LAB</code>.
    </p>
  </EntryCard>
);
