/** Where a document is: a link where a browser can follow it, else its place as the declaration has it. */
export const Document = ({ place }: { readonly place: string }) =>
  /^https?:\/\//.test(place) ? (
    <a href={place} rel="noreferrer">
      {place}
    </a>
  ) : (
    <code>{place}</code>
  );
