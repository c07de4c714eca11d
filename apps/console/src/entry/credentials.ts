/** What stands in a form's fields `name` and `password`. */
export const credentialsIn = (form: HTMLFormElement): { readonly name: string; readonly password: string } => {
  const data = new FormData(form);
  const field = (name: string): string => {
    const value = data.get(name);
    return typeof value === "string" ? value : "";
  };
  return { name: field("name"), password: field("password") };
};
