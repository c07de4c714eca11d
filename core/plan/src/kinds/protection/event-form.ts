import { calendarEventForm } from "@orrery/model";

/** A calendar event in its one form; what is none stays as it is. */
export const eventForm = (text: string): string => calendarEventForm(text) ?? text;
