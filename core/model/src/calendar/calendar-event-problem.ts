const weekdayOrWord =
  "Write weekdays as mon..fri or sat,sun, or one of the words minutely, hourly, daily, weekly, monthly, quarterly, semiannually, yearly.";

/** What people write who know another dialect, and what the servers read instead. The first that fits is told. */
const habits: readonly { readonly fits: RegExp; readonly remedy: string }[] = [
  { fits: /^$/, remedy: "Write when it happens, such as 02:00, sat 03:30 or daily." },
  {
    fits: /^[\d*/,-]+(?: +[\w*/,-]+){4}$/,
    remedy: "This looks like cron. Write weekdays, date and time: 30 2 * * 1-5 is mon..fri 02:30.",
  },
  {
    fits: /~/,
    remedy:
      "The servers cannot count days from the end of the month. Name the days: *-22..28, or a weekday with a range: fri *-15..21.",
  },
  {
    fits: /^(?:minutely|hourly|daily|weekly|monthly|quarterly|semi-?annually|yearly|annually)$/i,
    remedy: "Write the word in lower case.",
  },
  { fits: /[A-Za-z]+ *- *[A-Za-z]+/, remedy: "Write a range of weekdays with two dots: mon..fri." },
  {
    fits: /[A-Za-z]+\/[A-Za-z]+$|\d *[A-Z]{3,5}$/,
    remedy: "Only UTC may follow: otherwise the server's own time zone counts.",
  },
  { fits: /\d *[ap]\.?m/i, remedy: "Hours go from 0 to 23: 3 pm is 15:00." },
  { fits: /\b24:/, remedy: "Midnight is 00:00 of the next day." },
  { fits: /T\d/, remedy: "Part date and time with a space: 2026-10-21 03:00." },
  { fits: /[^.]\.\d+$/, remedy: "The servers do not read fractions of a second, and a range has two dots: 8..17." },
];

/** The remedy that fits best what was written. */
export function problemOf(text: string, why: string): { readonly why: string; readonly remedy: string } {
  const habit = habits.find(({ fits }) => fits.test(text));
  const form =
    "The form is [weekdays] [[years-]months-days] [[hours:]minutes[:seconds]], such as mon..fri 8..17:0/15 or sat *-1..7 15:00.";
  return { why, remedy: habit?.remedy ?? (why.includes("weekday") ? weekdayOrWord : form) };
}
