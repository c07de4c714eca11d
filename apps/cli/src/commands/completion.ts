import { rules, severities } from "@orrery/assurance";
import { nearest } from "@orrery/model";
import { risks } from "@orrery/plan";
import { faultWords } from "@orrery/twin-server";
import type { Command } from "commander";
import { CommandError } from "../exit-code.ts";
import { print } from "../output.ts";
import { families } from "../rule-names.ts";

/** What may follow a command or an option: words of a list, or files. */
type Values = keyof typeof lists | "files" | "text";
type Option = { readonly names: readonly string[]; readonly about: string; readonly values: Values | undefined };
/** A command, or a group of commands, by the words that lead to it: none for `orrery` itself. */
type Shape = {
  readonly path: readonly string[];
  readonly word: string;
  readonly about: string;
  readonly options: readonly Option[];
  readonly argument: Values | undefined;
  readonly commands: readonly Shape[];
};

const shells = ["bash", "zsh", "fish"] as const;

const lists = {
  rules: [...families, ...rules.map((rule) => rule.id)],
  severities,
  shells,
  releases: ["8.4", "9.2"],
  risks: risks.filter((risk) => !risk.includes(" ")),
  tags: ["proxlb", "none"],
  absorbs: ["none", "wish", "rule", "always"],
  levels: ["error", "warn", "info", "debug", "silent"],
  faults: ["node", "guest", "link", "switch", "backing", "disk", "path", ...Object.keys(faultWords)],
} as const;

const valuesOfOption: Readonly<Record<string, Values>> = {
  "--rule": "rules",
  "--severity": "severities",
  "--pve": "releases",
  "--scenario": "files",
  "--password-file": "files",
  "--ca": "files",
  "--twin": "files",
  "--out": "files",
  "--at-most": "risks",
  "--keep-secrets": "files",
  "--lab": "files",
  "--config": "files",
  "--tags": "tags",
  "--absorbs": "absorbs",
  "--settings": "files",
  "--certificate": "files",
  "--key": "files",
  "--log": "levels",
};
const valuesOfArgument: Readonly<Record<string, Values>> = {
  check: "files",
  failures: "files",
  plan: "files",
  apply: "files",
  "monitoring export": "files",
  explain: "rules",
  completion: "shells",
  serve: "files",
  "twin serve": "files",
  "twin run": "files",
  "twin assumptions": "files",
  "twin fault add": "faults",
};

const shapeOf = (command: Command, path: readonly string[]): Shape => ({
  path,
  word: command.name(),
  about: command.summary(),
  argument: valuesOfArgument[path.join(" ")],
  commands: command.commands.map((one) => shapeOf(one, [...path, one.name()])),
  options: command
    .createHelp()
    .visibleOptions(command)
    .map(({ short, long, description, required }) => ({
      names: [short, long].filter((name) => name !== undefined && name !== null),
      about: description,
      values: required ? (valuesOfOption[long ?? ""] ?? "text") : undefined,
    })),
});

const allOf = (shape: Shape): readonly Shape[] => [shape, ...shape.commands.flatMap(allOf)];
const below = (root: Shape): readonly Shape[] => root.commands.flatMap(allOf);

const namesOf = ({ options }: Shape): string => options.flatMap(({ names }) => names).join(" ");
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** The pattern of a `case` that knows every command by the words that lead to it. */
const known = (root: Shape): string =>
  below(root)
    .map(({ path }) => quote(path.map((word) => ` ${word}`).join("")))
    .join("|");
const arm = ({ path }: Shape): string => quote(path.map((word) => ` ${word}`).join(""));

const bash = (root: Shape): string => {
  const reply = (values: Values): string => {
    if (values === "files") return 'COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null';
    if (values === "text") return "COMPREPLY=()";
    return `COMPREPLY=($(compgen -W ${quote(lists[values].join(" "))} -- "$word"))`;
  };
  const option = ({ names, values }: Option): string[] =>
    values === undefined ? [] : [`    ${names.join("|")}) ${reply(values)}; return ;;`];
  const words = (shape: Shape): string =>
    `COMPREPLY=($(compgen -W ${quote([...shape.commands.map(({ word }) => word), namesOf(shape)].join(" "))} -- "$word"))`;
  const body = (shape: Shape): string => {
    if (shape.commands.length > 0) return words(shape);
    const rest = shape.argument === undefined ? ":" : reply(shape.argument);
    return `if [[ $word == -* ]]; then ${words(shape)}; else ${rest}; fi`;
  };
  return `# bash completion for orrery: source <(orrery completion bash)
_orrery() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path= index
  COMPREPLY=()
  case $before in
${[...new Set(below(root).flatMap(({ options }) => options.flatMap(option)))].join("\n")}
  esac
  for (( index = 1; index < COMP_CWORD; index++ )); do
    case "$path \${COMP_WORDS[index]}" in
    ${known(root)}) path="$path \${COMP_WORDS[index]}" ;;
    esac
  done
  case $path in
${[root, ...below(root)].map((shape) => `    ${arm(shape)}) ${body(shape)} ;;`).join("\n")}
  esac
}
complete -F _orrery orrery
`;
};

/** Options that may be given more than once. */
const repeated = new Set(["--rule", "--token", "--url", "--target", "--consent", "--drain"]);

const zsh = (root: Shape): string => {
  const escaped = (text: string): string => text.replace(/[\\[\]:]/g, (mark) => `\\${mark}`);
  const action = (values: Values): string => {
    if (values === "files") return "_files";
    return values === "text" ? " " : `(${lists[values].join(" ")})`;
  };
  const option = ({ names, about, values }: Option): string[] =>
    names.map((name) =>
      quote(
        `${repeated.has(name) ? "*" : ""}${name}[${escaped(about)}]${values === undefined ? "" : `:value:${action(values)}`}`,
      ),
    );
  const body = (shape: Shape): string => {
    const options = shape.options.flatMap(option);
    if (shape.commands.length > 0) {
      const commands = shape.commands.map(({ word, about }) => quote(`${word}:${escaped(about)}`)).join(" ");
      return `local -a commands=(${commands}); _describe command commands; _arguments ${options.join(" ")}`;
    }
    const argument = shape.argument === undefined ? [] : [quote(`*:argument:${action(shape.argument)}`)];
    return `_arguments ${[...options, ...argument].join(" ")}`;
  };
  return `#compdef orrery
# zsh completion for orrery: source <(orrery completion zsh), after compinit
_orrery() {
  local trail= index depth=1
  for (( index = 2; index < CURRENT; index++ )); do
    case "$trail \${words[index]}" in
    ${known(root)}) trail="$trail \${words[index]}"; depth=$index ;;
    esac
  done
  words=("\${(@)words[depth,-1]}")
  (( CURRENT -= depth - 1 ))
  case $trail in
${[root, ...below(root)].map((shape) => `    ${arm(shape)}) ${body(shape)} ;;`).join("\n")}
  esac
}
compdef _orrery orrery
`;
};

const fish = (root: Shape): string => {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, (mark) => `\\${mark}`)}'`;
  const option = (condition: string, { names, about, values }: Option): string => {
    const spelled = names
      .map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
      .join(" ");
    const takes =
      values === undefined
        ? ""
        : values === "files"
          ? " -r -F"
          : values === "text"
            ? " -x"
            : ` -x -a ${quoted(lists[values].join(" "))}`;
    return `complete -c orrery -n ${quoted(condition)} ${spelled}${takes} -d ${quoted(about)}`;
  };
  const inside = ({ path }: Shape): string =>
    path.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ") || "__fish_use_subcommand";
  const at = (shape: Shape): string => {
    if (shape.path.length === 0 || shape.commands.length === 0) return inside(shape);
    return `${inside(shape)}; and not __fish_seen_subcommand_from ${shape.commands.map(({ word }) => word).join(" ")}`;
  };
  const lines = ["# fish completion for orrery: orrery completion fish | source", "complete -c orrery -f"];
  for (const shape of [root, ...below(root)]) {
    const condition = quoted(at(shape));
    for (const { word, about } of shape.commands)
      lines.push(`complete -c orrery -n ${condition} -a ${word} -d ${quoted(about)}`);
    lines.push(...shape.options.map((one) => option(at(shape), one)));
    if (shape.argument === "files") lines.push(`complete -c orrery -n ${condition} -F`);
    else if (shape.argument !== undefined && shape.argument !== "text")
      lines.push(`complete -c orrery -n ${condition} -a ${quoted(lists[shape.argument].join(" "))}`);
  }
  return `${lines.join("\n")}\n`;
};

const scripts: Record<(typeof shells)[number], typeof bash> = { bash, zsh, fish };

/** `orrery completion`: the script of one shell, made from the commands themselves. */
export const completion = async (name: string, orrery: Command): Promise<void> => {
  const shell = shells.find((candidate) => candidate === name);
  if (shell === undefined) {
    const meant = nearest(name, shells);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new CommandError(`There is no completion for ${JSON.stringify(name)}, only for ${shells.join(", ")}.${hint}`);
  }
  await print(scripts[shell](shapeOf(orrery, [])));
};
