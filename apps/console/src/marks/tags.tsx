import classes from "./tags.module.css";

export const Tags = ({ tags }: { readonly tags: readonly string[] | undefined }) => (
  <span className={classes.tags}>
    {tags?.map((tag) => (
      <span key={tag} className={classes.tag}>
        {tag}
      </span>
    ))}
  </span>
);
