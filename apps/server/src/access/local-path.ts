/** Whether it is a path of this server, whatever a browser makes of it: never another host, nor a script. */
export const isLocalPath = (text: string): boolean => {
  if (!text.startsWith("/") || /^\/[/\\]/.test(text)) return false;
  // Browsers leave control characters out, and take a backslash for a slash.
  for (const character of text) if (character <= " " || character === "\\" || character === "\x7f") return false;
  const here = "https://orrery.invalid";
  return URL.canParse(text, here) && new URL(text, here).origin === here;
};
