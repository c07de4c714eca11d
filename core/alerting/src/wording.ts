import type { Labels } from "./labels.ts";

/**
 * A sentence about an alert, with places for its labels and its value: `"{name} on {node} is at {value:percent}"`. It is
 * data, so that Prometheus and Orrery can fill it alike.
 */
export type Wording = string;

const forms = ["percent", "span", "number"] as const;
type Form = (typeof forms)[number];

type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "value"; readonly form: Form };

const place = /\{(?:value:(percent|span|number)|([a-z_]+))\}/g;

const piecesOf = (wording: Wording): readonly Piece[] => {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of wording.matchAll(place)) {
    if (match.index > from) pieces.push({ kind: "text", text: wording.slice(from, match.index) });
    const [whole, form, label] = match;
    if (label !== undefined) pieces.push({ kind: "label", label });
    else pieces.push({ kind: "value", form: forms.find((known) => known === form) ?? "number" });
    from = match.index + whole.length;
  }
  if (from < wording.length) pieces.push({ kind: "text", text: wording.slice(from) });
  return pieces;
};

/** Go's `%.4g`, for what is neither huge nor tiny. */
const fourDigits = (value: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const rounded = value.toPrecision(4);
  if (!rounded.includes("e")) return String(Number(rounded));
  const [digits = "", exponent = "0"] = rounded.split("e");
  const power = Math.abs(Number(exponent));
  return `${Number(digits)}e${Number(exponent) < 0 ? "-" : "+"}${power < 10 ? "0" : ""}${power}`;
};

const prefixes = ["", "m", "u", "n", "p", "f", "a", "z", "y"] as const;

/** As Prometheus's `humanizeDuration` writes it. */
const span = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  if (seconds === 0) return "0s";
  const sign = seconds < 0 ? "-" : "";
  let rest = Math.abs(seconds);
  if (rest < 1) {
    let step = 0;
    let shown = seconds;
    for (; step < prefixes.length - 1 && Math.abs(shown) < 1; step++) shown *= 1_000;
    return `${fourDigits(shown)}${prefixes[step] ?? ""}s`;
  }
  const whole = Math.floor(rest);
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3_600) % 24,
    Math.floor(whole / 60) % 60,
  ];
  rest = whole % 60;
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${rest}s`;
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${rest}s`;
  if (minutes > 0) return `${sign}${minutes}m ${rest}s`;
  return `${sign}${fourDigits(Math.abs(seconds))}s`;
};

const shown: Record<Form, (value: number) => string> = {
  percent: (value) => `${fourDigits(value * 100)}%`,
  span,
  number: fourDigits,
};
const inGo: Record<Form, string> = {
  percent: "{{ $value | humanizePercentage }}",
  span: "{{ $value | humanizeDuration }}",
  number: '{{ printf "%.4g" $value }}',
};

const filled = (wording: Wording, text: (piece: Piece) => string): string => piecesOf(wording).map(text).join("");

/** The sentence of one alert. */
export const worded = (wording: Wording, labels: Labels, value: number): string =>
  filled(wording, (piece): string => {
    switch (piece.kind) {
      case "text":
        return piece.text;
      case "label":
        return labels[piece.label] ?? "";
      case "value":
        return shown[piece.form](value);
    }
  });

/** The sentence as a template of Prometheus. */
export const goTemplate = (wording: Wording): string =>
  filled(wording, (piece): string => {
    switch (piece.kind) {
      case "text":
        // What a name holds must not become a template.
        return piece.text.replaceAll("{{", '{{ "{{" }}');
      case "label":
        return `{{ $labels.${piece.label} }}`;
      case "value":
        return inGo[piece.form];
    }
  });
